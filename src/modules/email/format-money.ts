import type { Money } from '../orders/order.events.ts';

/** ISO 4217 currencies whose minor unit is not a hundredth. ICU's own digits are those of cash, which differ for some. */
const MINOR_DIGITS: ReadonlyMap<string, number> = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
  ...'CLF UYW'.split(' ').map((code) => [code, 4] as const),
]);

/** `{ amount: 123456, currency: 'EUR' }` → `€1,234.56`. Exact for every amount: no float is made. */
export function formatMoney({
  amount,
  currency,
}: {
  readonly amount: number | bigint;
  readonly currency: Money['currency'];
}): string {
  const digits = MINOR_DIGITS.get(currency) ?? 2;
  const minor = BigInt(amount);
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = digits === 0 ? '' : `.${text.slice(-digits)}`;
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return format.format(`${minor < 0n ? '-' : ''}${whole}${fraction}` as `${number}`);
}
