import type { ProtoMethod } from '../../../upstreams/grpc/types.ts';
import type { SdlDirective, SdlField } from '../sdl/model.ts';
import { Answers } from './answers.ts';
import { Arguments } from './arguments.ts';
import { describedAs } from './descriptions.ts';
import type { MethodRole } from './methods.ts';
import { responseForm } from './responses.ts';
import type { RootContext } from './root-context.ts';

/** Methods as fields of `Query`, `Mutation` and `Subscription`. */
export class RootFields {
  readonly #upstream: string;
  readonly #arguments: Arguments;
  readonly #answers: Answers;

  constructor(context: RootContext) {
    this.#upstream = context.upstream;
    this.#arguments = new Arguments(context);
    this.#answers = new Answers(context);
  }

  field(name: string, method: ProtoMethod, role: MethodRole): SdlField {
    const form = responseForm(method);
    const { args, request, finds } = this.#arguments.of(method, role, form);
    const { type, selection } = this.#answers.of(name, method, role, form);
    const isFinder = role.root === 'Query' && finds?.single?.isAlone === true && !finds.batch;
    const grpc: SdlDirective = {
      name: 'grpc',
      args: {
        upstream: this.#upstream,
        method: method.fullName,
        request,
        selection,
        ...(isFinder && { entity: true }),
      },
    };
    const described = describedAs(method.comment, method.deprecated);
    return { name, type, args, ...described, directives: [...(described.directives ?? []), grpc] };
  }
}
