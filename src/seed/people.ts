import type { Random } from './random.ts';

/** How somebody came to have an account. */
type Joining = 'registered' | 'created' | 'imported';

export interface SeedPerson {
  readonly username: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly joining: Joining;
  /** Name of the role they begin with. */
  readonly role: string;
  /** Days before the end of the history. */
  readonly joinedDaysAgo: number;
  /** They were imported and never came. */
  readonly isSilent: boolean;
  readonly currency: 'EUR' | 'USD' | 'GBP';
  /** Of the networks that are reserved for examples. */
  readonly ipAddress: string;
  readonly userAgent: string;
}

export const SUPPORT_ROLE = 'support';

/** The accounts whose passwords are printed. */
export const DEMO_USERNAMES = ['admin', 'manager', 'user'] as const;

const NAMES =
  `Amélie Laurent, Noah Fischer, Priya Raman, Lucas Moreau, Ingrid Solberg, Mateo Álvarez, Hannah Weiss, Kenji Mori,
Olivia Bennett, Tomasz Zieliński, Chiara Conti, Daniel Osei, Freya Nilsson, Rafael Costa, Grace Mwangi, Jonas Brandt, Leila Haddad,
Oscar Lindgren, Nina Petrova, Samuel Adeyemi, Clara Jensen, Hugo Bernard, Mei Tanaka, Patrick Doyle, Sofia Marino, Viktor Horvat, Emma Clarke,
Yusuf Demir, Alice Novak, Benedikt Vogel, Camille Dubois, Diego Herrera, Elif Kaya, Felix Hartmann, Giulia Ricci, Harriet Walsh,
Ivan Kovač, Julia Meyer, Karim Benali, Lena Schäfer, Marcus Webb, Nora Eriksen, Owen Hughes, Paula Santos, Quentin Roche, Rosa Jiménez,
Stefan Ilić, Tara Singh, Una Kelly, Wanda Kowalska, Xavier Lemaire, Yara Nasser, Zoë van Dijk, Anders Holm, Bruna Oliveira, Cem Arslan`
    .split(/,\s+/)
    .map((name) => {
      const [firstName = '', ...rest] = name.split(' ');
      return { firstName, lastName: rest.join(' ') };
    });

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
] as const;

const STAFF = 5;
const IMPORTED = 12;
const SILENT = 4;
/** Letters that no accent can be taken from. */
const PLAIN: Readonly<Record<string, string>> = { ł: 'l', Ł: 'L', ø: 'o', Ø: 'O' };

/** Everybody of the history: the three demo accounts, staff, customers from an import, and who registers over the months. */
export function makePeople(random: Random, days: number): readonly SeedPerson[] {
  const [admin, manager, user] = [
    named('Alex', 'Morgan', 'admin'),
    named('Maya', 'Lindqvist', 'manager'),
    named('Sam', 'Okafor', 'user'),
  ];
  const demo: SeedPerson[] = [
    { ...admin, joining: 'created', role: 'admin', joinedDaysAgo: days, ...habits(random, 1) },
    { ...manager, joining: 'created', role: 'manager', joinedDaysAgo: days - 1, ...habits(random, 2) },
    { ...user, joining: 'registered', role: 'user', joinedDaysAgo: days - 9, ...habits(random, 3) },
  ];
  const others = NAMES.map(({ firstName, lastName }, index): SeedPerson => {
    const person = { ...named(firstName, lastName), ...habits(random, 10 + index) };
    if (index < STAFF) {
      const role = index === 0 ? 'manager' : index < 3 ? SUPPORT_ROLE : 'user';
      return { ...person, joining: 'created', role, joinedDaysAgo: days - 3 - index * 11 };
    }
    if (index < STAFF + IMPORTED) {
      const isSilent = index < STAFF + SILENT;
      return { ...person, joining: 'imported', role: 'user', joinedDaysAgo: days - 5, isSilent };
    }
    // More of them the nearer the present is.
    const share = (index - STAFF - IMPORTED) / (NAMES.length - STAFF - IMPORTED);
    const joinedDaysAgo = Math.max(1, Math.round((days - 10) * (1 - share ** 0.7)) - random.between(0, 2));
    return { ...person, joining: 'registered', role: 'user', joinedDaysAgo };
  });
  return [...demo, ...others];
}

function named(firstName: string, lastName: string, username = usernameOf(firstName, lastName)) {
  return { username, email: `${username}@example.com`, firstName, lastName };
}

function usernameOf(...names: readonly string[]): string {
  return names
    .map((name) => name.replaceAll(/[łŁøØ]/g, (letter) => PLAIN[letter] ?? letter).normalize('NFD'))
    .map((name) => name.replaceAll(/[^A-Za-z]/g, '').toLowerCase())
    .join('.');
}

function habits(random: Random, place: number) {
  const currency = random.pick(['EUR', 'EUR', 'EUR', 'USD', 'GBP'] as const);
  return { currency, isSilent: false, ipAddress: `203.0.113.${place}`, userAgent: random.pick(AGENTS) };
}
