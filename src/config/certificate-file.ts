import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from './config.ts';
import type { VariableName } from './env.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates in a file, in PEM form. For the start of the program: blocks.
 *
 * @throws ConfigError that names the variable when there is no such file, or nothing in it that is a certificate. TLS
 * would take such a file without a word, and then trust nobody.
 */
export function readCertificates(file: string, variable: VariableName): readonly string[] {
  try {
    const certificates = readFileSync(file, 'utf8').match(CERTIFICATE) ?? [];
    for (const certificate of certificates) void new X509Certificate(certificate);
    if (certificates.length > 0) return certificates;
  } catch (error) {
    throw refused(variable, error);
  }
  throw refused(variable, undefined);
}

function refused(variable: VariableName, cause: unknown): ConfigError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  const sentence = `${variable} must name a file of certificates in PEM form that can be read${code}.`;
  return new ConfigError([{ variables: [variable], sentence }]);
}
