/** One way to do the work that is measured. */
export interface Contender {
  readonly name: string;
  /** Contenders of one group are compared with the first of it. */
  readonly group: string;
  /** Before each slice, not measured. */
  prepare?(): Promise<void>;
  /** Does the work once. `worker` is below the concurrency: calls of the same worker never overlap. */
  run(worker: number): Promise<void>;
}
