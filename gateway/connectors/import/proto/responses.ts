import type { MessageType, ProtoField, ProtoMethod } from '../../../upstreams/grpc/types.ts';
import { scalarMessage } from './scalars.ts';

/** What is inside of an answer that only wraps it. */
export type ResponseForm =
  /** Nothing is in it. */
  | { readonly kind: 'nothing' }
  /** A page: `ListUsersResponse { users, next_page_token }`. */
  | {
      readonly kind: 'page';
      readonly items: ProtoField;
      readonly next: ProtoField;
      readonly total: ProtoField | undefined;
      readonly more: readonly ProtoField[];
      readonly request: { readonly size: ProtoField | undefined; readonly token: ProtoField };
    }
  /** `ListUsersResponse { users }` */
  | { readonly kind: 'list'; readonly items: ProtoField }
  /** `GetUserResponse { user }` */
  | { readonly kind: 'wrapped'; readonly field: ProtoField }
  | { readonly kind: 'message'; readonly message: MessageType };

const SIZE = /^(?:page_?size|max_page_size|max_results|page_limit|limit)$/i;
const TOKEN = /^(?:page_?token|cursor|page_cursor|continuation_token|continue|start_cursor)$/i;
const NEXT = /^(?:next_?page_?token|next_cursor|next_continuation_token|next_token|continue)$/i;
const TOTAL = /^(?:total_?size|total_?count|total)$/i;
const WHOLE_NUMBERS = ['int32', 'sint32', 'uint32', 'fixed32', 'int64', 'uint64'];

export function responseForm(method: ProtoMethod): ResponseForm {
  const { response } = method;
  if (response.wellKnown === 'Empty' || (response.wellKnown === undefined && response.fields.size === 0))
    return { kind: 'nothing' };
  if (response.wellKnown !== undefined) return { kind: 'message', message: response };
  const page = pageOf(method);
  if (page) return page;
  const [only] = response.fields.values();
  if (response.fields.size === 1 && only && isMessage(only) && !only.map && isWrapper(response)) {
    if (only.repeated) return { kind: 'list', items: only };
    if (only.oneof === undefined) return { kind: 'wrapped', field: only };
  }
  return { kind: 'message', message: response };
}

/** The one message inside of a response that is there for nothing else. */
export function wrappedMessage(response: MessageType): ProtoField | undefined {
  const [only] = response.fields.values();
  const wraps = response.fields.size === 1 && only && isMessage(only) && !only.repeated && !only.map;
  return wraps && only.oneof === undefined && isWrapper(response) ? only : undefined;
}

function pageOf({ request, response, serverStreaming }: ProtoMethod): ResponseForm | undefined {
  if (serverStreaming) return undefined;
  const asked = [...request.fields.values()].filter((field) => !field.repeated && !field.map && !field.oneof);
  const given = [...response.fields.values()];
  const token = asked.find((field) => TOKEN.test(field.name) && isText(field));
  const next = given.find((field) => NEXT.test(field.name) && isText(field) && !field.repeated);
  const lists = given.filter((field) => field.repeated);
  // `unreachable` beside the items (AIP-217) is a list of texts.
  const messages = lists.filter(isMessage);
  const items = messages.length === 1 ? messages[0] : lists.length === 1 ? lists[0] : undefined;
  if (!token || !next || !items || given.some((field) => field.oneof !== undefined)) return undefined;
  const size = asked.find((field) => SIZE.test(field.name) && isWholeNumber(field));
  const total = given.find((field) => TOTAL.test(field.name) && isWholeNumber(field) && !field.repeated);
  const more = given.filter((field) => field !== items && field !== next && field !== total);
  return { kind: 'page', items, next, total, more, request: { size, token } };
}

/** Its name says that it is made for one method. */
const isWrapper = (message: MessageType): boolean =>
  /(?:Response|Reply|Result|Res|Resp|Output)$/.test(message.name);

const isText = ({ type }: ProtoField): boolean => type === 'string';

const isWholeNumber = ({ type }: ProtoField): boolean =>
  WHOLE_NUMBERS.includes(
    typeof type === 'string'
      ? type
      : type.kind === 'message' && type.wellKnown === 'wrapper'
        ? (type.fields.get('value')?.type as string)
        : '',
  );

function isMessage({ type }: ProtoField): boolean {
  return typeof type === 'object' && type.kind === 'message' && scalarMessage(type) === undefined;
}
