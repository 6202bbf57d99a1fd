import type { Violation } from '../../common/grpc/call-error.ts';
import type { Address, User } from './messages.ts';

const MAX_NAME_LENGTH = 200;
const STATUSES = [1, 2, 3, 4];

/** Everything that is wrong with a user as a whole, the paths starting with `user.`. */
export function userViolations(user: User): Violation[] {
  const violations: Violation[] = [];
  const require = (holds: boolean, field: string, reason: string, description: string) => {
    if (!holds) violations.push({ field: `user.${field}`, reason, description });
  };
  const email = (value: string | undefined, field: string) =>
    require(/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(
      value ?? '',
    ), field, 'INVALID_EMAIL', 'Must be an email address such as ada@example.org.');
  const phone = (value: string | undefined, field: string) =>
    require(/^\+[1-9][0-9]{6,14}$/u.test(
      value ?? '',
    ), field, 'INVALID_PHONE', 'Must be a number in E.164 form such as +4930901820.');
  const place = (address: Address, field: string) => {
    require(!!address.city, `${field}.city`, 'REQUIRED', 'Must not be empty.');
    require(/^[A-Z]{2}$/u.test(
      address.country ?? '',
    ), `${field}.country`, 'INVALID_COUNTRY', 'Must be two capital letters such as DE (ISO 3166-1).');
  };

  const name = user.displayName?.trim() ?? '';
  require(name !== '', 'display_name', 'REQUIRED', 'Must not be blank.');
  require(name.length <=
    MAX_NAME_LENGTH, 'display_name', 'TOO_LONG', `Must have at most ${MAX_NAME_LENGTH} characters.`);
  email(user.email, 'email');
  if (user.phone !== undefined) phone(user.phone, 'phone');
  require(STATUSES.includes(
    user.status ?? 0,
  ), 'status', 'INVALID_STATUS', 'Must be a UserStatus other than USER_STATUS_UNSPECIFIED.');
  if (user.address) place(user.address, 'address');
  if (user.emailContact) email(user.emailContact.email, 'email_contact.email');
  if (user.phoneContact) {
    const { bestHour = 0 } = user.phoneContact;
    phone(user.phoneContact.number, 'phone_contact.number');
    require(bestHour >= 0 &&
      bestHour < 24, 'phone_contact.best_hour', 'OUT_OF_RANGE', 'Must be an hour from 0 to 23.');
  }
  if (user.postalContact) {
    require(!!user.postalContact.addressee, 'postal_contact.addressee', 'REQUIRED', 'Must not be empty.');
    place(user.postalContact.address ?? {}, 'postal_contact.address');
  }
  return violations;
}
