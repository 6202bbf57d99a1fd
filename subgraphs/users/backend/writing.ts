/** The methods that write: each takes the request and returns the answer, or throws a CallError. */
import type { Violation } from '../../common/grpc/call-error.ts';
import { overwrite, readPaths } from '../../common/grpc/field-mask.ts';
import type { Projection } from '../../common/grpc/field-mask.ts';
import { alreadyExists, rejectIfInvalid } from './errors.ts';
import type { Contact, CreateUserRequest, UpdateUserRequest, User } from './messages.ts';
import { protos } from './proto.ts';
import { existing, required, unknownPath, USER } from './reading.ts';
import type { UserStore } from './store.ts';
import { userViolations } from './validation.ts';

/** What the service assigns: the decoded name and that of the .proto. */
const ASSIGNED = new Map([
  ['id', 'id'],
  ['createdAt', 'created_at'],
  ['loyaltyPoints', 'loyalty_points'],
]);

const PENDING = 2;

/** The members of `oneof contact`. */
const CONTACTS = ['emailContact', 'phoneContact', 'postalContact'] as const satisfies (keyof Contact)[];

export function createUser(
  store: UserStore,
  { user = {}, requestId = '' }: CreateUserRequest,
  nowMs: number,
): User {
  const repeated = requestId === '' ? undefined : store.byRequest(requestId);
  if (repeated) return repeated;
  const complete: User = {
    ...withoutAssigned(user),
    status: user.status ?? PENDING,
    createdAt: { seconds: String(Math.floor(nowMs / 1000)), nanos: (nowMs % 1000) * 1_000_000 },
    loyaltyPoints: '0',
  };
  rejectIfInvalid(userViolations(complete));
  rejectTakenEmail(store, complete);
  return store.create(complete, requestId || undefined);
}

export function updateUser(store: UserStore, { user = {}, updateMask }: UpdateUserRequest): User {
  const id = user.id ?? '';
  const { projection, violations } = updateProjection(user, updateMask?.paths ?? []);
  violations.push(...required('user.id', id));
  rejectIfInvalid(violations);
  const before = existing(store, id);
  const after = overwrite(withoutReplacedContact(before, user, projection), user, projection);
  rejectIfInvalid(userViolations(after));
  rejectTakenEmail(store, after);
  store.update(after);
  return after;
}

/** What to change: the mask, or what is present if there is none. */
function updateProjection(user: User, paths: readonly string[]) {
  const { projection, unknown } = readPaths(protos, USER, paths);
  const violations: Violation[] = unknown.map((path) => unknownPath('update_mask', path));
  if (projection) {
    for (const [name, path] of ASSIGNED) {
      if (!projection.has(name)) continue;
      violations.push({
        field: 'update_mask',
        reason: 'READ_ONLY',
        description: `${path} is assigned by the service.`,
      });
    }
    return { projection, violations };
  }
  const { projection: every } = readPaths(protos, USER, ALL_PATHS);
  const present = [...every!.keys()].filter((name) => paths.includes('*') || name in user);
  return { projection: new Map(present.map((name) => [name, true as const])), violations };
}

/** Every field that a caller may change. */
const ALL_PATHS = [
  'display_name',
  'email',
  'phone',
  'status',
  'address',
  'preferences',
  'email_contact',
  'phone_contact',
  'postal_contact',
];

/** Setting one member of a oneof clears the others. */
function withoutReplacedContact(before: User, user: User, projection: Projection): User {
  const chosen = CONTACTS.find((name) => projection.has(name) && user[name]);
  if (!chosen) return before;
  const result = { ...before };
  for (const name of CONTACTS) if (name !== chosen) delete result[name];
  return result;
}

/** Only what a caller may choose. */
function withoutAssigned(user: User): User {
  const { projection } = readPaths(protos, USER, ALL_PATHS);
  return overwrite({}, user, projection!);
}

function rejectTakenEmail(store: UserStore, { id, email = '' }: User): void {
  const owner = store.idOfEmail(email);
  if (owner !== undefined && owner !== id) throw alreadyExists(USER, email, 'EMAIL_TAKEN');
}
