import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { TransportLimits } from '../config/config.ts';
import type { ExampleOperation } from './graphiql.ts';
import type { LiveConnections } from './live-connections.ts';
import type { MetricsPage } from './metrics-page.ts';
import type { ContextRequest } from './context-request.ts';
import type { Denial, OperationContext } from './pipeline.ts';

export interface TransportOptions<Context extends OperationContext> {
  readonly schema: GraphQLSchema;
  readonly config: {
    /** 0 lets the system choose. */
    readonly port: number;
    readonly host: string;
    readonly production: boolean;
    readonly allowedOrigins: readonly string[];
    readonly trustedProxies: readonly string[];
    readonly limits: TransportLimits;
    /** Between two heartbeats of a connection; a socket that has not answered one by the next is cut. */
    readonly keepAliveMs: number;
  };
  readonly logger: Logger;
  /**
   * A fresh context for one operation, and once for each `connection_init` and renewal, where it only proves the token.
   * Throws RequestError to refuse; the error becomes the answer. `request.authorization` may be read again later.
   */
  readonly createContext: (request: ContextRequest) => Promise<Context>;
  /** Whether the value of an Authorization header stands for somebody; asked only before a large body is read. */
  readonly isAuthentic: (authorization: string) => Promise<boolean>;
  /** Told of each operation in which something was forbidden. Must not throw. */
  onDenied?(this: void, denial: Denial<Context>): void;
  /** False for a process that only works: it answers the probes and nothing else. */
  readonly servesGraphql: boolean;
  /** Where this process's WebSockets and event streams are listed. */
  readonly liveConnections: LiveConnections;
  readonly health: { ready(): Promise<boolean> };
  readonly jwks: () => unknown;
  /** Null: there is no such page. */
  readonly metrics: MetricsPage | null;
  /** Pages for developers, by path; never asked in production. */
  readonly developmentPage?: (path: string) => { readonly html: string; readonly policy: string } | null;
  /** Shown as GraphiQL's first tabs; a tab is titled by its operation's name. */
  readonly exampleOperations?: readonly ExampleOperation[];
}
