import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from './config.ts';
import type { VariableName } from './env.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** A certificate with what vouches for it, and its private key; in PEM form. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/**
 * The certificates in a file, in PEM form. For the start of the program: blocks.
 *
 * @throws ConfigError that names the variable when there is no such file, or nothing in it that is a certificate. TLS
 * would take such a file without a word, and then trust nobody.
 */
export function readCertificates(file: string, variable: VariableName): readonly string[] {
  const what = 'a file of certificates in PEM form that can be read';
  try {
    const certificates = readFileSync(file, 'utf8').match(CERTIFICATE) ?? [];
    for (const certificate of certificates) void new X509Certificate(certificate);
    if (certificates.length > 0) return certificates;
  } catch (error) {
    throw refused(variable, what, error);
  }
  throw refused(variable, what, undefined);
}

/**
 * What this process shows to a server that asks who it is. For the start of the program: blocks.
 *
 * @throws ConfigError that names the variables of files that cannot be used, or do not belong together. TLS would fail at
 * each connection instead, and not say why.
 */
export function readIdentity(
  { certFile, keyFile }: { readonly certFile: string; readonly keyFile: string },
  variables: readonly [certificate: VariableName, key: VariableName],
): Identity {
  const certificates = readCertificates(certFile, variables[0]);
  const key = readPrivateKey(keyFile, variables[1]);
  if (!new X509Certificate(certificates[0] ?? '').checkPrivateKey(key)) {
    const sentence = `${variables[1]} must name the private key of the first certificate in ${variables[0]}.`;
    throw new ConfigError([{ variables, sentence }]);
  }
  return { cert: certificates.join('\n'), key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function readPrivateKey(file: string, variable: VariableName): KeyObject {
  try {
    return createPrivateKey(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refused(variable, 'the file of a private key in PEM form, without a passphrase, that can be read', error);
  }
}

/** Never with the path, which may be a secret put there by mistake. */
function refused(variable: VariableName, what: string, cause: unknown): ConfigError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new ConfigError([{ variables: [variable], sentence: `${variable} must name ${what}${code}.` }]);
}
