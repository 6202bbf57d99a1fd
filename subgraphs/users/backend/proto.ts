import { join } from 'node:path';
import { loadSync } from '@grpc/proto-loader';
import type { MessageTypeDefinition, PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';

/** The folder of the .proto files. */
const PROTOS = join(import.meta.dirname, '../../../protos');

/**
 * Everything the backend speaks: its own service and the messages of google.rpc for the details of errors. Without `oneofs`,
 * so that a decoded message has the fields of its .proto and no others.
 */
export const protos: PackageDefinition = loadSync(
  ['users/v1/users.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto'],
  { includeDirs: [PROTOS], keepCase: false, longs: String, arrays: true },
);

export const SERVICE_NAME = 'users.v1.UserService';

export const service = protos[SERVICE_NAME] as ServiceDefinition;

/** @param name full name of a message that one of the files defines, such as `users.v1.User` */
export function messageType(name: string): MessageTypeDefinition<object, object> | undefined {
  const found = protos[name];
  return found && 'serialize' in found
    ? (found as unknown as MessageTypeDefinition<object, object>)
    : undefined;
}
