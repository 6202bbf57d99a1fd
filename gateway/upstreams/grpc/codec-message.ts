import protobuf from 'protobufjs';

/** How deep messages may be nested, in answers (where protobufjs counts too) and in input. */
export const MAX_MESSAGE_DEPTH = 100;

/** The library's message; fields that the `.proto` does not know are skipped. Throws when the bytes are no such message. */
export function decodeMessage(type: protobuf.Type, bytes: Uint8Array): protobuf.Message {
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = true;
  return type.decode(reader);
}
