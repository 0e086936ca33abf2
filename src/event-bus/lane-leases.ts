import type { Sql } from '../database/sql.ts';
import type { LaneClaim } from './lane.ts';

interface ClaimRow {
  readonly handler: string;
  readonly lane: number;
  readonly position: string;
  readonly epoch: string;
  readonly paused: boolean;
  readonly parked: string;
  readonly due: boolean;
  readonly share: number;
  readonly movable: boolean;
}

export interface Beat {
  readonly claims: readonly LaneClaim[];
  /** How many lanes this node may hold; what is above it is handed back once its work is done. */
  readonly share: number;
}

/** The leases on lanes: who may work where. All times are the database's. */
export class LaneLeases {
  readonly #sql: Sql;
  readonly #node: string;
  readonly #leaseMs: number;

  constructor(sql: Sql, node: string, leaseMs: number) {
    this.#sql = sql;
    this.#node = node;
    this.#leaseMs = leaseMs;
  }

  /** Shows that this node lives, renews its leases and takes free or expired lanes up to its share. */
  async beat(handlers: readonly string[]): Promise<Beat> {
    const rows = await this.#sql<ClaimRow>(
      'select handler, lane, position::text, epoch::text, paused, parked::text, due, share, movable from claim_lanes($1, $2, $3)',
      [this.#node, handlers, this.#leaseMs],
    );
    return {
      share: rows[0]?.share ?? 0,
      claims: rows.map((row) => ({
        handler: row.handler,
        lane: row.lane,
        position: Number(row.position),
        epoch: Number(row.epoch),
        paused: row.paused,
        movable: row.movable,
        parked: Number(row.parked),
        due: row.due,
      })),
    };
  }

  /** Hands a lane back, for another node to take at once. */
  async release(claim: Pick<LaneClaim, 'handler' | 'lane' | 'epoch'>): Promise<void> {
    await this.#sql(
      `update handler_lane set holder = null, lease_expires_at = null where handler = $1 and lane = $2 and holder = $3 and epoch = $4`,
      [claim.handler, claim.lane, this.#node, claim.epoch],
    );
  }

  /** Takes this node out of the count, so that the others share its lanes at once. */
  async leave(): Promise<void> {
    await this.#sql('delete from worker_node where id = $1', [this.#node]);
  }
}
