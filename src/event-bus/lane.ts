/** One lane of one handler as its present holder knows it. */
export interface LaneClaim {
  readonly handler: string;
  readonly lane: number;
  /** Rises with each new holder; every write of the holder is conditional on it. */
  readonly epoch: number;
  /** Every matching event up to it is handled or parked. */
  readonly position: number;
  readonly paused: boolean;
  /** Whether another living node runs the handler too. */
  readonly movable: boolean;
  /** How many events of the lane are parked, dead ones included. */
  readonly parked: number;
  /** Whether a parked event's next attempt is due. */
  readonly due: boolean;
}

/** What a worker lets its lane know while it works. */
export interface LaneSignals {
  /** The lane is not ours any more: stop at once, write nothing. */
  readonly lost: AbortSignal;
  /** A stop or a pause: end what is under way, begin nothing. */
  readonly windDown: AbortSignal;
}

/** The lane has another holder, or is paused: whatever was under way must not be written. */
export class LaneLostError extends Error {
  override readonly name = 'LaneLostError';
}

/** The handler cannot work at present, and no event is to blame: the lane waits and tries again, as often as it takes. */
export class NotNowError extends Error {
  override readonly name: string = 'NotNowError';
}

/** An attempt ran out of time: what it did outside is unknown. */
export class HandlerTimeoutError extends Error {
  override readonly name = 'HandlerTimeoutError';
}
