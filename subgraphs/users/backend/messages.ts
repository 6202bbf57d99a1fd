/**
 * The messages of protos/users/v1/users.proto as @grpc/proto-loader decodes them: camelCase, int64 as strings, enums as
 * numbers, what is absent (or a proto3 default) left out, lists always there.
 */
import type { Struct } from '../../common/grpc/struct.ts';

export interface FieldMask {
  paths: string[];
}

export interface Address {
  street?: string;
  city?: string;
  postalCode?: string;
  country?: string;
}

/** At most one of the three is present. */
export interface Contact {
  emailContact?: { email?: string; newsletter?: boolean };
  phoneContact?: { number?: string; bestHour?: number };
  postalContact?: { addressee?: string; address?: Address };
}

export interface User extends Contact {
  id?: string;
  displayName?: string;
  email?: string;
  phone?: string;
  status?: number;
  address?: Address;
  preferences?: Struct;
  createdAt?: { seconds: string; nanos?: number };
  /** A decimal int64. */
  loyaltyPoints?: string;
}

export interface Page {
  users: User[];
  nextPageToken: string;
  totalSize: number;
}

export interface GetUserRequest {
  id?: string;
  readMask?: FieldMask;
}

export interface BatchGetUsersRequest {
  ids: string[];
  readMask?: FieldMask;
}

export interface ListUsersRequest {
  pageSize?: number;
  pageToken?: string;
  readMask?: FieldMask;
  afterId?: string;
}

export interface SearchUsersRequest extends ListUsersRequest {
  text?: string;
}

export interface CreateUserRequest {
  user?: User;
  requestId?: string;
}

export interface UpdateUserRequest {
  user?: User;
  updateMask?: FieldMask;
}

export interface WatchUserRequest {
  id?: string;
}
