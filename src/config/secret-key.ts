/** Fewer different bytes than this in 32 cannot come from a random source (odds below 10^-14): a placeholder was left in. */
const LEAST_DISTINCT_BYTES = 12;

export const RANDOM_KEY = 'base64 of 32 random bytes (made by: openssl rand -base64 32)';

/** Base64 or base64url of exactly 32 random-looking bytes; answers the text unchanged, or undefined. */
export function parseRandomKey(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 && new Set(bytes).size >= LEAST_DISTINCT_BYTES ? text : undefined;
}

/**
 * A random key, or a private key in PEM whose line breaks may be written as `\n`. Only the shape is looked at:
 * whether the PEM holds a usable key is for the code that imports it.
 */
export function parseSigningKey(text: string): string | undefined {
  const pem = text.replaceAll('\\n', '\n');
  const isPem = /^-----BEGIN ((?:EC )?PRIVATE KEY)-----\n[A-Za-z0-9+/=\n]{40,8000}\n-----END \1-----$/.test(
    pem.replaceAll('\r', ''),
  );
  return isPem ? pem.replaceAll('\r', '') : parseRandomKey(text);
}
