/** Who is acting. Built once per request (and again per subscription event) from a live session row, never from the token alone. */
export interface Viewer {
  readonly userId: string;
  readonly sessionId: string;
  readonly roleName: string;
  readonly permissions: ReadonlySet<string>;
}

/** Whose credentials somebody shows, and how long they are good by themselves. */
export interface Standing {
  /** Null without credentials. */
  readonly viewer: Viewer | null;
  /** Milliseconds from now; 0 when over, infinite for nobody. */
  readonly lastsMs: number;
}

/** Where a request comes from, as recorded in event metadata. */
export interface RequestOrigin {
  readonly correlationId: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  /** W3C `traceparent` of the caller, unchecked. */
  readonly traceParent?: string | undefined;
}
