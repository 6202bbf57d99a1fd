import type { GraphQLNamedType, GraphQLOutputType, StringValueNode } from 'graphql';
import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
} from 'graphql';
import type { Problem } from '../../problem.ts';
import type { MessageType, ProtoField } from '../../upstreams/grpc/types.ts';
import { fieldAt, readFrom, repeatedMessage } from '../available.ts';
import { problemInText } from '../location.ts';
import type { OutputShape } from '../mapping/mapping.ts';
import type { Connector, ConnectorModel } from '../model.ts';
import { didYouMean } from '../suggest.ts';
import type { UpstreamFacts } from '../run.ts';
import { resolverOf } from '../subgraph-index.ts';
import { unfitTypes } from './proto-type.ts';
import { fieldOf } from './request.ts';
import { listDepth } from '../list-depth.ts';

/** What a selection gives, against the GraphQL type that it fills and, for gRPC, the message that it reads. */
export function checkSelection(connector: Connector, model: ConnectorModel, facts: UpstreamFacts): Problem[] {
  const { selection, request, batch } = connector;
  const field = fieldOf(connector, model);
  const type = field ? getNamedType(field.type) : model.schema.getType(connector.typeName);
  if (!type) return [];
  const response = request.kind === 'grpc' ? facts.protos?.method(request.method)?.response : undefined;
  if (!selection) return response ? checkNames(connector, model, type, response) : [];
  const { shape } = selection.mapping;
  // With batch.items the selection is about one answer; which message that is, only the simple case tells.
  const whole = batch?.items ? batchItem(response, batch.items.mapping.shape) : response;
  const message = shape.kind === 'value' ? whole : readFrom(selection.mapping, whole).message;
  return new SelectionCheck(connector, model, selection.node).visit(shape, type, message, connector.name);
}

/** Without a selection everything is taken by name: by the type's own mapping, or the names of its fields. */
function checkNames(
  connector: Connector,
  model: ConnectorModel,
  type: GraphQLNamedType,
  response: MessageType,
): Problem[] {
  const method = connector.node.arguments?.find((a) => a.name.value === 'method')?.value;
  if (method?.kind !== Kind.STRING) return [];
  // A connector on a type gives one of them, or a list that is matched by key.
  const item = connector.fieldName === undefined ? repeatedMessage(response)?.type : undefined;
  const message = typeof item === 'object' && item.kind === 'message' ? item : response;
  return new SelectionCheck(connector, model, method).byName(type, message, connector.name, 0);
}

function batchItem(message: MessageType | undefined, items: OutputShape): MessageType | undefined {
  const list = repeatedMessage(message);
  const isIt = items.kind === 'value' && items.source?.length === 1 && items.source[0] === list?.jsonName;
  return isIt && typeof list?.type === 'object' && list.type.kind === 'message' ? list.type : undefined;
}

class SelectionCheck {
  readonly #connector: Connector;
  readonly #model: ConnectorModel;
  /** The text that offsets count in. */
  readonly #node: StringValueNode;
  readonly #seen: Set<string>;

  constructor(connector: Connector, model: ConnectorModel, node: StringValueNode, seen = new Set<string>()) {
    this.#connector = connector;
    this.#model = model;
    this.#node = node;
    this.#seen = seen;
  }

  visit(
    shape: OutputShape,
    type: GraphQLNamedType,
    message: MessageType | undefined,
    at: string,
    offset = 0,
  ): Problem[] {
    if (shape.kind === 'oneOf') return shape.shapes.flatMap((s) => this.visit(s, type, message, at, offset));
    if (shape.kind === 'value') {
      const inside = message && shape.source ? this.#messageAt(message, shape.source) : undefined;
      return [
        ...this.#plainValue(shape, type, at, offset),
        ...(inside ? this.byName(type, inside, at, offset) : []),
      ];
    }
    if (isLeafType(type)) {
      const takesAnything = !isEnumType(type) && !isSpecifiedScalarType(type);
      return takesAnything
        ? []
        : [
            this.#problem(
              'SELECTION_TYPE',
              `${at} is a ${type.name}, but the selection gives it fields.`,
              'Select a single value.',
              offset,
            ),
          ];
    }
    const fields = fieldsOf(type, this.#model);
    return [...shape.fields].flatMap(([name, selected]): Problem[] => {
      if (name === '__typename') return [];
      const field = fields.get(name);
      if (!field) {
        return [
          this.#problem(
            'SELECTION_UNKNOWN_FIELD',
            `The selection gives "${name}", but ${type.name} has no such field.`,
            didYouMean(name, [...fields.keys()]),
            selected.offset,
          ),
        ];
      }
      const path = `${at}.${name}`;
      const source =
        message && selected.source
          ? this.#source(message, selected.source, path, selected.offset)
          : undefined;
      if (source?.problem) return [source.problem];
      const inner =
        source?.field &&
        typeof source.field.type === 'object' &&
        source.field.type.kind === 'message' &&
        !source.field.map
          ? source.field.type
          : undefined;
      const below = selected.source?.length === 0 ? message : inner;
      const typeProblems = source?.field
        ? this.#protoType(source.field, source.repeated, field, path, selected.offset, selected.shape)
        : [];
      // A path has been followed already: what stands there is `below`.
      const { shape: inside } = selected;
      const shape = inside.kind === 'value' ? { ...inside, source: [] } : inside;
      return [...typeProblems, ...this.visit(shape, getNamedType(field), below, path, selected.offset)];
    });
  }

  /** A value without a selection of its own: fine for leaves; an object then is taken by the names of its fields. */
  #plainValue(
    shape: OutputShape & { kind: 'value' },
    type: GraphQLNamedType,
    at: string,
    offset: number,
  ): Problem[] {
    if (isLeafType(type) || this.#connector.dialect !== 'json' || shape.literal === null) return [];
    if (this.#model.typeMappings.get(type.name)?.byDialect.has('json')) return [];
    const names = [...fieldsOf(type, this.#model).keys()].slice(0, 3).join(' ');
    return [
      this.#problem(
        'SELECTION_MISSING_FIELDS',
        `${at} is a ${type.name}: the selection must say which of its fields the answer has.`,
        `Add a selection: { ${names} … }.`,
        offset,
      ),
    ];
  }

  #messageAt(message: MessageType, source: readonly string[]): MessageType | undefined {
    if (source.length === 0) return message;
    const type = fieldAt(message, source)?.type;
    return typeof type === 'object' && type.kind === 'message' ? type : undefined;
  }

  /** What is taken without a selection: by the type's own mapping, else by name. */
  byName(type: GraphQLNamedType, message: MessageType, at: string, offset: number): Problem[] {
    const place = `${type.name} ${message.name}`;
    if (!isObjectType(type) || this.#seen.has(place)) return [];
    this.#seen.add(place);
    const own = this.#model.typeMappings.get(type.name);
    const via = own?.byDialect.get(this.#connector.dialect);
    if (own?.selection && via) {
      return new SelectionCheck(this.#connector, this.#model, own.selection, this.#seen).visit(
        via.shape,
        type,
        message,
        type.name,
      );
    }
    return Object.values(type.getFields()).flatMap((field) => {
      const source = message.fields.get(field.name);
      if (!source || this.#isGivenElsewhere(type.name, field.name)) return [];
      const inner = this.#messageAt(message, [field.name]);
      const path = `${at}.${field.name}`;
      return [
        ...this.#protoType(source, source.repeated ? 1 : 0, field.type, path, offset, { kind: 'value' }),
        ...(inner && !source.map ? this.byName(getNamedType(field.type), inner, path, offset) : []),
      ];
    });
  }

  #isGivenElsewhere(typeName: string, fieldName: string): boolean {
    return (
      resolverOf(this.#model, typeName, fieldName) !== undefined ||
      this.#model.connectors.some((c) => c.typeName === typeName && c.fieldName === fieldName)
    );
  }

  /** The proto field that a path reads; how many lists it goes through. */
  #source(
    message: MessageType,
    path: readonly string[],
    at: string,
    offset: number,
  ): { field?: ProtoField; repeated: number; problem?: Problem } {
    let here: MessageType | undefined = message;
    let repeated = 0;
    let field: ProtoField | undefined;
    for (const name of path) {
      // Inside maps and Struct every key is possible.
      if (!here || here.wellKnown) return { repeated };
      field = here.fields.get(name);
      if (!field) {
        const known = [...here.fields.keys()];
        return {
          repeated,
          problem: this.#problem(
            'GRPC_UNKNOWN_RESPONSE_FIELD',
            `${at} reads "${name}", but the message ${here.name} has no such field.`,
            didYouMean(name, known),
            offset,
          ),
        };
      }
      if (field.repeated) repeated++;
      here =
        typeof field.type === 'object' && field.type.kind === 'message' && !field.map
          ? field.type
          : undefined;
      if (field.map) return { repeated, ...(name === path.at(-1) && { field }) };
    }
    return { repeated, ...(field && { field }) };
  }

  #protoType(
    field: ProtoField,
    repeated: number,
    type: GraphQLOutputType,
    at: string,
    offset: number,
    shape: OutputShape,
  ): Problem[] {
    if (field.map || shape.kind === 'oneOf') return [];
    const depth = listDepth(type);
    if (depth !== repeated) {
      const [is, says] = repeated > depth ? ['a list', 'one value'] : ['one value', 'a list'];
      return [
        this.#problem(
          'GRPC_TYPE',
          `${at}: ${field.name} is ${is}, but the schema says ${says} (${String(type)}).`,
          repeated > depth ? `Make it a list, or take one: ${field.name}->first.` : 'Make it a single value.',
          offset,
        ),
      ];
    }
    const named = getNamedType(type);
    const allowed = unfitTypes(field, named);
    if (!allowed) return this.#presence(field, type, at, offset);
    const kind = typeof field.type === 'string' ? field.type : field.type.name;
    return [
      this.#problem(
        'GRPC_TYPE',
        `${at} is a ${named.name}, but ${field.name} is a ${kind}.`,
        `Use ${allowed.slice(0, 3).join(' or ')}.`,
        offset,
      ),
    ];
  }

  /** A value that may be absent in a field that may not: worth knowing, not wrong by itself. */
  #presence(field: ProtoField, type: GraphQLOutputType, at: string, offset: number): Problem[] {
    const mayBeAbsent = field.presence === 'explicit' && !field.repeated && !field.required;
    const isMessage = typeof field.type === 'object' && field.type.kind === 'message';
    if (!mayBeAbsent || !isNonNullType(type) || isMessage) return [];
    return [
      {
        ...this.#problem(
          'GRPC_PRESENCE',
          `${at} is not nullable, but ${field.name} may be unset.`,
          `Make it nullable, or give a default: ${field.name} ?? ….`,
          offset,
        ),
        severity: 'hint',
      },
    ];
  }

  #problem(code: string, message: string, fix: string, offset: number): Problem {
    return problemInText(this.#node, offset, { code, message, fix });
  }
}

function fieldsOf(type: GraphQLNamedType, model: ConnectorModel): Map<string, GraphQLOutputType> {
  const types = isAbstractType(type) ? model.schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  return new Map(types.flatMap((t) => Object.values(t.getFields()).map((f) => [f.name, f.type] as const)));
}
