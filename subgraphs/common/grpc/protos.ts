import { join } from 'node:path';
import { loadSync } from '@grpc/proto-loader';
import type { MessageTypeDefinition, PackageDefinition } from '@grpc/proto-loader';

/** The folder of the .proto files. */
const PROTOS = join(import.meta.dirname, '../../../protos');

/**
 * Everything that a service speaks: what its own file defines, and the messages of google.rpc for the details of errors.
 * Without `oneofs`, so that a decoded message has the fields of its .proto and no others.
 * @param files below the folder of the .proto files, such as `users/v1/users.proto`
 */
export function loadProtos(...files: readonly string[]): PackageDefinition {
  return loadSync([...files, 'google/rpc/status.proto', 'google/rpc/error_details.proto'], {
    includeDirs: [PROTOS],
    keepCase: false,
    longs: String,
    arrays: true,
  });
}

/** @param name full name of a message that one of the files defines, such as `users.v1.User` */
export function messageType(
  protos: PackageDefinition,
  name: string,
): MessageTypeDefinition<object, object> | undefined {
  const found = protos[name];
  return found && 'serialize' in found
    ? (found as unknown as MessageTypeDefinition<object, object>)
    : undefined;
}
