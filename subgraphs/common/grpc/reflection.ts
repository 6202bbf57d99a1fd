import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';

const COMMON = 'google_protobuf.proto';

/** `FileDescriptorProto.dependency = COMMON`, encoded: field 3, length-delimited. */
const DEPENDENCY = Buffer.concat([Buffer.from([0x1a, COMMON.length]), Buffer.from(COMMON)]);

/**
 * A reflection service whose files name what they import. The descriptors that proto-loader makes (one file per package)
 * leave that out (https://github.com/grpc/grpc-node/issues/2595), and strict clients such as grpcurl then refuse them.
 * Every package here imports google.protobuf and no other.
 */
export function reflectionOf(protos: PackageDefinition): ReflectionService {
  const linked = Object.entries(protos).map(([name, definition]) => {
    if (!('fileDescriptorProtos' in definition)) return [name, definition];
    const files = definition.fileDescriptorProtos as Buffer[];
    return [name, { ...definition, fileDescriptorProtos: files.map(withDependency) }];
  });
  return new ReflectionService(Object.fromEntries(linked) as PackageDefinition);
}

/** Protobuf messages merge by concatenation, so that appending a field sets it. */
function withDependency(file: Buffer): Buffer {
  const name = file.subarray(2, 2 + file[1]!).toString();
  return name === COMMON ? file : Buffer.concat([file, DEPENDENCY]);
}
