import { fillBasket, type SeedLine } from './goods.ts';
import type { SeedPerson } from './people.ts';
import type { Random } from './random.ts';

/** The sandbox gateway's tokens (README). */
type CardToken = 'tok_success' | 'tok_declined' | 'tok_insufficient_funds' | 'tok_expired_card';

export interface SeedOrder {
  readonly customer: SeedPerson;
  readonly currency: SeedPerson['currency'];
  readonly method: string;
  readonly lines: readonly SeedLine[];
  /** Set when the customer thinks better of it before paying. */
  readonly changedLines: readonly SeedLine[] | null;
  /** Minutes before the end of the history. */
  readonly minutesAgo: number;
  /** Tries to pay, one after the other, with minutes in between. */
  readonly payments: readonly { readonly token: CardToken; readonly afterMinutes: number }[];
  readonly cancelled: {
    readonly reason: string;
    readonly afterMinutes: number;
    readonly by: 'customer' | 'manager';
  } | null;
}

const DAY_MINUTES = 24 * 60;
const DECLINED = ['tok_declined', 'tok_insufficient_funds', 'tok_expired_card'] as const;
const METHODS = ['card', 'card', 'card', 'wallet'] as const;

/** Orders that are open at the end, each this many minutes old: an older unpaid one would have expired. */
const OPEN_MINUTES = [4, 11, 19, 27, 36];

/** What people order over the months, in no particular order. Everything older than today is paid or cancelled. */
export function makeOrders(random: Random, people: readonly SeedPerson[]): readonly SeedOrder[] {
  const customers = people.filter((person) => person.role === 'user' && person.joinedDaysAgo > 2 && !person.isSilent);
  const settled = customers.flatMap((customer) => {
    const months = customer.joinedDaysAgo / 30;
    const count = customer.username === 'user' ? 9 : random.between(0, Math.ceil(1.4 * months));
    return Array.from({ length: count }, () => settledOrder(random, customer));
  });
  const open = OPEN_MINUTES.map((minutesAgo, index): SeedOrder => {
    const customer = index === 0 ? people.find(({ username }) => username === 'user') : customers.at(-1 - index * 5);
    if (!customer) throw new Error('The demo data has too few customers.');
    const tries = index % 2 === 1 ? [{ token: random.pick(DECLINED), afterMinutes: 1 }] : [];
    return { ...blankOrder(random, customer), minutesAgo, payments: tries };
  });
  return [...settled, ...open];
}

function blankOrder(random: Random, customer: SeedPerson) {
  const { currency } = customer;
  const method = random.pick(METHODS);
  return { customer, currency, method, lines: fillBasket(random), changedLines: null, cancelled: null };
}

function settledOrder(random: Random, customer: SeedPerson): SeedOrder {
  // Between two and eighteen hours into one of the days after they joined and before today.
  const daysAgo = random.between(2, customer.joinedDaysAgo - 1);
  const minutesAgo = daysAgo * DAY_MINUTES - random.between(2 * 60, 18 * 60);
  const order = { ...blankOrder(random, customer), minutesAgo };
  const fate = random.next();
  const success = { token: 'tok_success', afterMinutes: random.between(1, 6) } as const;
  const declined = { token: random.pick(DECLINED), afterMinutes: random.between(1, 5) };
  const changedLines = random.chance(0.08) ? fillBasket(random) : null;
  if (fate < 0.74) return { ...order, changedLines, payments: [success] };
  if (fate < 0.84) return { ...order, payments: [declined, success] };
  const afterMinutes = random.between(20, 55);
  if (fate < 0.9) {
    const reason = 'The payment was declined and no other was made.';
    return { ...order, payments: [declined], cancelled: { reason, afterMinutes, by: 'manager' } };
  }
  const reason = random.pick(['Ordered by mistake.', 'Found it cheaper elsewhere.', 'No longer needed.']);
  return { ...order, payments: [], cancelled: { reason, afterMinutes, by: 'customer' } };
}
