import { toStruct } from '../../common/grpc/struct.ts';
import { random } from '../../common/random.ts';
import type { Random } from '../../common/random.ts';
import { fold } from '../../common/text.ts';
import type { Address, Contact, User } from './messages.ts';
import { CITIES, FAMILY_NAMES, FLOURISHES, GIVEN_NAMES, LANGUAGES, STREETS, THEMES } from './words.ts';

export const SEEDED_USERS = 5000;

/** 2019-01-01T00:00:00Z, in seconds since 1970. */
const FIRST_DAY = 1_546_300_800;
const FIVE_YEARS_SECONDS = 5 * 365 * 86_400;

/** Every so many users, one has more points than a double can count; `u7` has the most that an int64 can hold. */
const RICH_EVERY = 500;

/** The users that a new database starts with; the same on every machine. */
export function* seedUsers(): Generator<User> {
  for (let number = 1; number <= SEEDED_USERS; number += 1) yield seedUser(number);
}

function seedUser(number: number): User {
  const pick = random(number * 7919);
  const given = pick.pick(GIVEN_NAMES);
  const family = pick.pick(FAMILY_NAMES);
  const displayName = `${given} ${family}${number % 40 === 0 ? ` ${pick.pick(FLOURISHES)}` : ''}`;
  const email = `${mailbox(given)}.${mailbox(family)}.${number}@example.org`;
  const address = seedAddress(pick);
  const phone = seedPhone(pick);
  return {
    id: `u${number}`,
    displayName,
    email,
    ...(pick.below(10) < 6 && { phone }),
    status: [1, 1, 1, 1, 1, 1, 1, 2, 3, 4][pick.below(10)]!,
    ...(number % 33 !== 0 && { address }),
    ...(number % 50 !== 0 && { preferences: seedPreferences(pick) }),
    createdAt: {
      seconds: String(FIRST_DAY + Math.floor((number / SEEDED_USERS) * FIVE_YEARS_SECONDS)),
      nanos: pick.below(1000) * 1_000_000,
    },
    loyaltyPoints: seedPoints(number, pick),
    ...seedContact(number, { email, phone, displayName, address }, pick),
  };
}

function seedPoints(number: number, pick: Random): string {
  if (number === 7) return String(2n ** 63n - 1n);
  if (number % RICH_EVERY === 0) return String(2n ** 53n + BigInt(number) + 1n);
  return String(pick.below(20_000));
}

function seedAddress(pick: Random): Address {
  const { city, country, postalCode } = pick.pick(CITIES);
  return {
    street: `${pick.pick(STREETS)} ${1 + pick.below(199)}`,
    city,
    postalCode: postalCode.replaceAll('#', () => String(pick.below(10))),
    country,
  };
}

function seedPhone(pick: Random): string {
  return `+49351${String(pick.below(10_000_000)).padStart(7, '0')}`;
}

function seedPreferences(pick: Random) {
  return toStruct({
    theme: pick.pick(THEMES),
    volume: pick.below(101) / 100,
    beta: pick.below(2) === 1,
    languages: [pick.pick(LANGUAGES), pick.pick(LANGUAGES)],
    notifications: { email: true, push: pick.below(2) === 1, quietFrom: null },
  });
}

function seedContact(
  number: number,
  {
    email,
    phone,
    displayName,
    address,
  }: { email: string; phone: string; displayName: string; address: Address },
  pick: Random,
): Contact {
  switch (number % 4) {
    case 1:
      return { emailContact: { email, newsletter: pick.below(2) === 1 } };
    case 2:
      return { phoneContact: { number: phone, ...(pick.below(2) === 1 && { bestHour: pick.below(24) }) } };
    case 3:
      return { postalContact: { addressee: displayName, address } };
    default:
      return {};
  }
}

/** The part of an email address that stands for a name; what ASCII cannot write is spelt by its code points. */
function mailbox(name: string): string {
  return fold(name).replaceAll(/[^a-z0-9]/gu, (character) =>
    character > '\u{7f}' && /\p{L}/u.test(character) ? character.codePointAt(0)!.toString(36) : '',
  );
}
