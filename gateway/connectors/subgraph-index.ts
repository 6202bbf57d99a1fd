import type { GraphQLAbstractType, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { getNamedType, isAbstractType } from 'graphql';
import type { ProtoMethod } from '../upstreams/grpc/types.ts';
import type { Connector, ConnectorModel, FieldResolver } from './model.ts';
import { own } from './own.ts';
import type { ConnectorServices } from './run.ts';
import { Target } from './target.ts';

/** Who gives what in one subgraph; made once per schema. */
export class SubgraphIndex {
  readonly model: ConnectorModel;
  readonly #fields = new Map<string, Target>();
  readonly #entities = new Map<string, Target[]>();
  readonly #roots: ReadonlySet<unknown>;
  readonly #services: ConnectorServices;

  /** The model has passed its checks. */
  constructor(model: ConnectorModel, services: ConnectorServices) {
    this.model = model;
    this.#services = services;
    const { schema } = model;
    this.#roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
    for (const connector of model.connectors) {
      const target = new Target(connector, model, services, methodOf(connector, services));
      const { typeName, fieldName } = connector;
      if (fieldName === undefined) this.#addEntity(typeName, target);
      else {
        const place = `${typeName}.${fieldName}`;
        if (!this.#fields.has(place)) this.#fields.set(place, target);
        const entity = connector.entity ? entityFoundBy(connector, schema) : undefined;
        if (entity) this.#addEntity(entity, target);
      }
    }
  }

  get targets(): readonly Target[] {
    return [...new Set([...this.#fields.values(), ...[...this.#entities.values()].flat()])];
  }

  fieldTarget(typeName: string, fieldName: string): Target | undefined {
    return this.#fields.get(`${typeName}.${fieldName}`);
  }

  /** Connectors that bring an object of the type by its key. */
  entityTargets(typeName: string): readonly Target[] {
    return this.#entities.get(typeName) ?? [];
  }

  resolver(typeName: string, fieldName: string): FieldResolver | undefined {
    return resolverOf(this.model, typeName, fieldName);
  }

  possibleTypes(type: GraphQLAbstractType): readonly GraphQLObjectType[] {
    return this.model.schema.getPossibleTypes(type);
  }

  /** Whether objects of the type meet a type condition. */
  isA(type: GraphQLObjectType, conditionName: string): boolean {
    if (type.name === conditionName) return true;
    const condition = this.model.schema.getType(conditionName);
    return isAbstractType(condition) && this.model.schema.isSubType(condition, type);
  }

  isRoot(type: GraphQLObjectType): boolean {
    return this.#roots.has(type);
  }

  timeZone(upstream: string): string | undefined {
    return this.#services.upstream(upstream)?.timeZone;
  }

  #addEntity(typeName: string, target: Target): void {
    const known = this.#entities.get(typeName);
    if (known) known.push(target);
    else this.#entities.set(typeName, [target]);
  }
}

/** A name of the schema may be that of something every object inherits. */
export function resolverOf(
  { resolvers }: ConnectorModel,
  typeName: string,
  fieldName: string,
): FieldResolver | undefined {
  return own(own(resolvers, typeName), fieldName) as FieldResolver | undefined;
}

/** The type that `entity: true` on a field stands for. */
export function entityFoundBy(connector: Connector, schema: GraphQLSchema): string | undefined {
  if (connector.root !== 'query' || connector.fieldName === undefined) return undefined;
  const field = schema.getQueryType()?.getFields()[connector.fieldName];
  return field && getNamedType(field.type).name;
}

export function methodOf(connector: Connector, services: ConnectorServices): ProtoMethod | undefined {
  return connector.request.kind === 'grpc'
    ? services.upstream(connector.upstream)?.protos?.method(connector.request.method)
    : undefined;
}
