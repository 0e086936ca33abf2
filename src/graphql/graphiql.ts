import type { Exchange } from './http-answer.ts';

export interface ExampleOperation {
  readonly name: string;
  readonly query: string;
  /** JSON text, as the variables editor shows it. */
  readonly variables?: string;
  /** JSON text, as the headers editor shows it. */
  readonly headers?: string;
}

/**
 * A pressed tab jumps away from under the pointer once its neighbours have moved, and the click is lost: the animation of
 * GraphiQL's drag-and-drop starts from a stale place. Tabs that stay where they are cannot.
 */
const STEADY_TABS = '<style>.graphiql-tab { transform: none !important; }</style>';

/**
 * The editor of the tab that is open at first shows what GraphiQL has stored, not what the tab begins with. So that is put
 * there, until GraphiQL has stored tabs of its own.
 */
function firstVariables(variables: string | null): string {
  const value = JSON.stringify(variables ?? '').replaceAll('<', '\\u003c');
  return `<script>if (localStorage.getItem('graphiql:tabState') === null) localStorage.setItem('graphiql:variables', ${value});</script>`;
}

/** Everything is inline in the page; it may talk to this server and to nobody else. */
function contentSecurityPolicy(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'unsafe-inline' blob:",
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    'font-src data:',
    `connect-src 'self' ws://${host} wss://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Serves GraphiQL from one page of some 9 MB; never offered in production. */
export class GraphiqlPage {
  readonly #examples: readonly ExampleOperation[];
  #html: Promise<Buffer> | undefined;

  constructor(examples: readonly ExampleOperation[]) {
    this.#examples = examples;
  }

  async answer({ request, response }: Exchange): Promise<void> {
    this.#html ??= this.#render();
    const html = await this.#html;
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': html.length,
      'Content-Security-Policy': contentSecurityPolicy(request.headers.host ?? ''),
    });
    response.end(html);
  }

  async #render(): Promise<Buffer> {
    // Loaded on first use: the module is as large as the page, and production never needs it.
    const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
    const tabs = this.#examples.map(({ query, variables, headers }) => ({
      query,
      variables: variables ?? null,
      headers: headers ?? null,
    }));
    const html = renderGraphiQL({
      title: 'Signalbox GraphiQL',
      endpoint: '/graphql',
      subscriptionsProtocol: 'WS',
      credentials: 'same-origin',
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: false,
      ...(tabs.length === 0 ? {} : { defaultTabs: tabs }),
    });
    const additions = STEADY_TABS + firstVariables(tabs[0]?.variables ?? null);
    return Buffer.from(html.replace('</title>', () => `</title>${additions}`));
  }
}
