/** The methods that read: each takes the request and returns the answer, or throws a CallError. */
import type { Violation } from '../../common/grpc/call-error.ts';
import { project, readPaths } from '../../common/grpc/field-mask.ts';
import type { Projection } from '../../common/grpc/field-mask.ts';
import { MAX_PAGE_SIZE, pageToken, readPage } from '../../common/grpc/paging.ts';
import { words } from '../../common/text.ts';
import { failIfAskedTo, notFound, rejectIfInvalid } from './errors.ts';
import type {
  BatchGetUsersRequest,
  FieldMask,
  GetUserRequest,
  ListUsersRequest,
  Page,
  SearchUsersRequest,
  User,
  WatchUserRequest,
} from './messages.ts';
import { protos } from './proto.ts';
import { userNumber } from './store.ts';
import type { UserStore } from './store.ts';

export const USER = 'users.v1.User';

export function getUser(store: UserStore, { id = '', readMask }: GetUserRequest): User {
  const violations = required('id', id);
  const projection = readMaskOf(readMask, violations);
  rejectIfInvalid(violations);
  return project(existing(store, id), projection);
}

export function batchGetUsers(store: UserStore, { ids, readMask }: BatchGetUsersRequest): { users: User[] } {
  const violations: Violation[] = [];
  if (ids.length > MAX_PAGE_SIZE) {
    const description = `Must be at most ${MAX_PAGE_SIZE}; these are ${ids.length}. Ask in several calls.`;
    violations.push({ field: 'ids', reason: 'TOO_MANY', description });
  }
  const projection = readMaskOf(readMask, violations);
  rejectIfInvalid(violations);
  failIfAskedTo(ids);
  return { users: store.byIds(ids).map((user) => project(user, projection)) };
}

export function listUsers(store: UserStore, request: ListUsersRequest): Page {
  return page(store, [], request, []);
}

export function searchUsers(store: UserStore, request: SearchUsersRequest): Page {
  const wanted = words(request.text ?? '');
  return page(store, wanted, request, required('text', wanted.join(' ')));
}

/** Sends the user now and after each change. @returns ends that */
export function watchUser(
  store: UserStore,
  { id = '' }: WatchUserRequest,
  send: (user: User) => void,
): () => void {
  rejectIfInvalid(required('id', id));
  send(existing(store, id));
  return store.watch(id, send);
}

export function existing(store: UserStore, id: string): User {
  failIfAskedTo([id]);
  const user = store.byId(id);
  if (!user) throw notFound(USER, id);
  return user;
}

export function required(field: string, value: string): Violation[] {
  return value.trim() === '' ? [{ field, reason: 'REQUIRED', description: 'Must not be blank.' }] : [];
}

function page(
  store: UserStore,
  wanted: readonly string[],
  request: ListUsersRequest,
  violations: Violation[],
): Page {
  const query = wanted.join(' ');
  const { afterId = '', pageSize = 0, pageToken: token = '' } = request;
  const start = {
    pageSize,
    pageToken: token,
    ...(afterId !== '' && { after: { field: 'after_id', id: afterId, position: userNumber(afterId) } }),
  };
  const { after, limit } = readPage(start, query, violations);
  const projection = readMaskOf(request.readMask, violations);
  rejectIfInvalid(violations);
  const found = store.page(wanted, after, limit + 1);
  const users = found.slice(0, limit);
  const last = users.at(-1);
  return {
    users: users.map((user) => project(user, projection)),
    nextPageToken: last && found.length > limit ? pageToken(userNumber(last.id!)!, query) : '',
    totalSize: store.count(wanted),
  };
}

function readMaskOf(mask: FieldMask | undefined, violations: Violation[]): Projection | undefined {
  const { projection, unknown } = readPaths(protos, USER, mask?.paths ?? []);
  violations.push(...unknown.map((path) => unknownPath('read_mask', path)));
  return projection;
}

export function unknownPath(field: string, path: string): Violation {
  return { field, reason: 'UNKNOWN_FIELD', description: `A ${USER} has no field "${path}".` };
}
