import type { MessageType, ProtoField, ProtoMethod } from '../../../upstreams/grpc/types.ts';
import { pascalCase } from '../names.ts';
import type { SdlField } from '../sdl/model.ts';
import { describedAs } from './descriptions.ts';
import type { MethodRole } from './methods.ts';
import { fieldName, source } from './output-types.ts';
import type { ResponseForm } from './responses.ts';
import { answeredEntity } from './root-context.ts';
import type { RootContext } from './root-context.ts';
import { isScalar } from '../sdl/scalars.ts';
import { scalarMessage } from './scalars.ts';

/** What a root field gives. */
export interface Answer {
  readonly type: string;
  readonly selection?: string | undefined;
}

/** Types and selections of root fields: what a response only wraps comes without it, and pages are connections. */
export class Answers {
  readonly #context: RootContext;
  readonly #connections = new Map<string, string>();

  constructor(context: RootContext) {
    this.#context = context;
  }

  of(name: string, method: ProtoMethod, { root }: MethodRole, form: ResponseForm): Answer {
    const { draft, outputs } = this.#context;
    switch (form.kind) {
      case 'nothing':
        return { type: 'Boolean!', selection: '$(true)' };
      case 'page':
        return this.#connection(name, form);
      case 'list':
        return { type: `${outputs.typeOf(form.items).type}!`, selection: source$(form.items) };
      case 'wrapped':
        return { type: outputs.object(form.field.type as MessageType), selection: source$(form.field) };
      case 'message': {
        const { message } = form;
        const scalar = scalarMessage(message);
        if (scalar !== undefined) return { type: draft.scalar(scalar) };
        const isFound = root === 'Query' && answeredEntity(method, this.#context)?.single?.method === method;
        return { type: `${outputs.object(message)}${isFound ? '' : '!'}` };
      }
    }
  }

  #connection(rootField: string, page: Extract<ResponseForm, { kind: 'page' }>): Answer {
    const { draft, outputs } = this.#context;
    const { items, next, total, more } = page;
    const list = outputs.typeOf(items).type;
    const hasNext =
      next.presence === 'implicit'
        ? `${source(next)}->ne("")`
        : `${source(next)}->match(["", false], [@, true]) ?? false`;
    const lines = [
      `nodes: ${source(items)}`,
      'pageInfo: $ {',
      `  hasNextPage: ${hasNext}`,
      `  endCursor: ${source(next)}->match(["", null], [@, @])`,
      '}',
    ];
    const fields: SdlField[] = [
      { name: 'nodes', type: `${list}!`, ...describedAs(items.comment, false) },
      { name: 'pageInfo', type: `${draft.pageInfo()}!` },
    ];
    if (total) {
      lines.push(`totalCount: ${source(total)}`);
      const type = outputs.typeOf(total);
      fields.push({
        name: 'totalCount',
        type: `${type.type}${type.isNullable ? '' : '!'}`,
        ...describedAs(total.comment, false),
      });
    }
    for (const field of more) {
      const name = uniqueIn(fields, fieldName(field));
      const { type, isNullable } = outputs.typeOf(field);
      lines.push(name === source(field) ? name : `${name}: ${source(field)}`);
      fields.push({
        name,
        type: `${type}${isNullable ? '' : '!'}`,
        ...describedAs(field.comment, field.deprecated),
      });
    }
    const selection = lines.join('\n');
    // Methods with equal pages share the type.
    const id = fields.map((field) => `${field.name}: ${field.type}`).join();
    const item = list.replace(/[[\]!]/g, '');
    let name = this.#connections.get(id);
    if (name === undefined) {
      name = draft.names.take(`${item}Connection`, `${pascalCase(rootField)}Connection`);
      this.#connections.set(id, name);
      const directives = isScalar(item) ? [{ name: 'shareable' }] : [];
      draft.add({ kind: 'type', name, directives, fields });
    }
    return { type: `${name}!`, selection };
  }
}

const source$ = (field: ProtoField): string =>
  source(field).startsWith('$') ? source(field) : `$.${source(field)}`;

function uniqueIn(fields: readonly SdlField[], name: string): string {
  let free = name;
  for (let i = 2; fields.some((field) => field.name === free); i++) free = `${name}${i}`;
  return free;
}
