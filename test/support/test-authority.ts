import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { runProgram } from './run-program.ts';

const NEW_KEY = 'req -x509 -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'.split(' ');

/** In PEM form. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
  /** Of who vouches for it. */
  readonly authority: string;
}

/** What it takes to be a client of a server that shows this certificate and asks for one of the same authority. */
export function tlsOf({ certificate, key, authority }: ServerCertificate): ConnectionOptions {
  return { ca: authority, cert: certificate, key };
}

/** Vouches for servers of a test; nobody else knows it. Disposing of it removes its file. */
export interface TestAuthority extends AsyncDisposable {
  /** The file of its certificate. */
  readonly file: string;
  /** `name` as in a certificate: `IP:127.0.0.1`, `DNS:cache`. */
  certify(name: string): Promise<ServerCertificate>;
  /** The files of what a client shows to a server that asks who it is. */
  identify(): Promise<{ readonly certFile: string; readonly keyFile: string }>;
}

export async function createTestAuthority(): Promise<TestAuthority> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-test-authority-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);
  const make = (name: string, subject: string, more: readonly string[]): Promise<string> =>
    runProgram('openssl', [
      ...NEW_KEY,
      '-subj',
      subject,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.pem`),
      ...more,
    ]);
  await make('ca', '/CN=Test authority', ['-addext', 'basicConstraints=critical,CA:TRUE']);
  const signedBy = ['-CA', at('ca.pem'), '-CAkey', at('ca.key')];
  const endsHere = ['-addext', 'basicConstraints=critical,CA:FALSE'];
  const owned = cleanup.move();
  return {
    file: at('ca.pem'),
    async certify(name) {
      const says = ['-addext', `subjectAltName=${name}`];
      await make('server', '/CN=Test server', [...signedBy, ...says, ...endsHere]);
      const [certificate = '', key = '', authority = ''] = await Promise.all(
        ['server.pem', 'server.key', 'ca.pem'].map((file) => readFile(at(file), 'utf8')),
      );
      return { certificate, key, authority };
    },
    async identify() {
      await make('client', '/CN=Test client', [...signedBy, ...endsHere]);
      return { certFile: at('client.pem'), keyFile: at('client.key') };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
