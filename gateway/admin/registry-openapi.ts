const bearer = [{ token: [] }];

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const jsonOf = (schema: object) => ({ 'application/json': { schema } });
const answer = (description: string, schema: object) => ({ description, content: jsonOf(schema) });
const parameter = (name: string, where: 'path' | 'query', schema: object, description: string) => ({
  name,
  in: where,
  required: where === 'path',
  description,
  schema,
});

const name = parameter('name', 'path', { type: 'string' }, 'Of the subgraph.');

const changeAnswers = {
  200: answer('Served, unchanged, or (with dryRun) valid.', ref('ChangeResult')),
  401: answer('No token, or not one of this gateway.', ref('Errors')),
  409: answer('Somebody else has changed the graph meanwhile.', ref('ChangeResult')),
  422: answer('Refused; what is served stays.', ref('ChangeResult')),
  503: answer('The registry does not answer; what is served stays.', ref('ChangeResult')),
};

const options = {
  reason: { type: 'string', maxLength: 2000, description: 'Why; stands in the history.' },
  author: {
    type: 'string',
    maxLength: 2000,
    description: 'Who; stands in the history beside the owner of the token.',
  },
  expected: { type: 'integer', description: 'Refused with 409 unless this is the newest revision.' },
  force: { type: 'boolean', description: 'Overrides the checks that protect clients.' },
  dryRun: { type: 'boolean', description: 'Checks everything and changes nothing.' },
};
const only = {
  type: 'array',
  items: { type: 'string' },
  description: 'Only operations that match one of these, with *.',
};
const renameCollisions = {
  type: 'boolean',
  description: 'Root fields that another subgraph has get the name of this one before theirs.',
};
const optionParameters = Object.entries(options).map(([key, { description, ...schema }]) =>
  parameter(key, 'query', schema, description),
);

/** OpenAPI 3.1 of the admin API of the registry. */
export const REGISTRY_OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Sluice registry',
    version: '1',
    description: 'Registers subgraphs in a running gateway. On the admin port.',
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: {
      Problem: {
        type: 'object',
        required: ['severity', 'code', 'message'],
        properties: {
          severity: { enum: ['error', 'warning', 'hint'] },
          code: { type: 'string' },
          message: { type: 'string' },
          subgraph: { type: 'string' },
          file: { type: 'string' },
          line: { type: 'integer' },
          column: { type: 'integer' },
          fix: { type: 'string', description: 'The edit that mends it.' },
        },
      },
      SchemaChange: {
        type: 'object',
        required: ['level', 'kind', 'message'],
        properties: {
          level: { enum: ['breaking', 'dangerous', 'safe'] },
          kind: { type: 'string' },
          message: { type: 'string' },
          path: { type: 'string', description: 'Schema coordinate.' },
        },
      },
      Record: {
        type: 'object',
        description:
          'A schema with connectors (with what its upstreams need), or a GraphQL service at a URL.',
        properties: {
          sdl: { type: 'string', description: 'Without it the service at url is asked.' },
          url: { type: 'string', format: 'uri' },
          timeoutMs: { type: 'integer' },
          headers: { type: 'object' },
          upstreams: {
            type: 'object',
            description: 'Entries as in the configuration; paths name entries of files.',
          },
          files: {
            type: 'object',
            additionalProperties: { type: 'string' },
            description: 'Path → text (protos).',
          },
        },
      },
      Revision: {
        type: 'object',
        required: ['number', 'at', 'action', 'subjects', 'actor', 'subgraphs', 'supergraphHash'],
        properties: {
          number: { type: 'integer' },
          at: { type: 'string', format: 'date-time' },
          action: { enum: ['register', 'unregister', 'rollback', 'configure'] },
          subjects: {
            type: 'array',
            items: { type: 'string' },
            description: 'The subgraphs that it changed.',
          },
          actor: { type: 'string' },
          author: { type: 'string' },
          reason: { type: 'string' },
          forced: { type: 'array', items: { type: 'string' }, description: 'Checks that were overridden.' },
          subgraphs: {
            type: 'object',
            additionalProperties: { type: 'integer' },
            description: 'Name → version.',
          },
          pinned: {
            type: 'object',
            additionalProperties: { type: 'string' },
            description:
              'Subgraphs of the configuration that are served as they were, because of a rollback, until their files change: name → SHA-256 of what was rolled back.',
          },
          supergraphHash: { type: 'string' },
        },
      },
      DescribedRecord: {
        type: 'object',
        description: 'A service without any GraphQL: its description becomes the schema.',
        required: ['description'],
        properties: {
          description: {
            oneOf: [
              {
                type: 'object',
                required: ['kind', 'files', 'address'],
                properties: {
                  kind: { const: 'proto' },
                  files: { type: 'array', items: { type: 'string' }, description: 'Names of files.' },
                  includeFolders: {
                    type: 'array',
                    items: { type: 'string' },
                    description: 'Where imports start, among the files.',
                  },
                  address: { type: 'string', description: 'host:port of the service.' },
                },
              },
              {
                type: 'object',
                required: ['kind', 'address'],
                properties: {
                  kind: { const: 'reflection' },
                  address: { type: 'string', description: 'host:port of a gRPC server that is asked.' },
                },
              },
              {
                type: 'object',
                required: ['kind', 'file'],
                properties: {
                  kind: { const: 'openapi' },
                  file: { type: 'string', description: 'Name of the file of the description.' },
                  baseUrl: { type: 'string', format: 'uri', description: 'Instead of its servers.' },
                  only,
                },
              },
              {
                type: 'object',
                required: ['kind', 'file'],
                properties: {
                  kind: { const: 'wsdl' },
                  file: { type: 'string', description: 'Name of the file of the WSDL.' },
                  url: { type: 'string', format: 'uri', description: 'Instead of its address.' },
                  only,
                  queries: {
                    type: 'array',
                    items: { type: 'string' },
                    description: 'Operations that change nothing, though their names do not say so.',
                  },
                },
              },
            ],
          },
          files: {
            type: 'object',
            additionalProperties: { type: 'string' },
            description: 'Their texts by their relative names; nothing else is read.',
          },
        },
      },
      ChangeResult: {
        type: 'object',
        required: ['outcome', 'problems', 'changes'],
        properties: {
          outcome: { enum: ['served', 'valid', 'unchanged', 'refused', 'conflict'] },
          revision: ref('Revision'),
          newest: ref('Revision'),
          problems: { type: 'array', items: ref('Problem') },
          changes: { type: 'array', items: ref('SchemaChange') },
        },
      },
      RefusedChange: {
        type: 'object',
        required: ['at', 'action', 'subject', 'actor', 'problems', 'moreProblems'],
        properties: {
          at: { type: 'string', format: 'date-time' },
          action: { enum: ['register', 'unregister', 'rollback'] },
          subject: { type: 'string', description: 'The subgraph, or the revision to roll back to.' },
          actor: { type: 'string' },
          author: { type: 'string' },
          reason: { type: 'string' },
          problems: { type: 'array', items: ref('Problem') },
          moreProblems: { type: 'integer', description: 'That are not kept.' },
        },
      },
      Graph: {
        type: 'object',
        required: ['served', 'newest', 'problems', 'subgraphs', 'variants'],
        properties: {
          served: { type: 'integer', description: 'The revision that is served here; 0 = none.' },
          newest: { type: 'integer', description: 'The newest one in the store.' },
          problems: { type: 'array', items: ref('Problem'), description: 'Why they differ.' },
          revision: ref('Revision'),
          variants: { type: 'array', items: { type: 'string' }, description: 'Their names.' },
          subgraphs: {
            type: 'array',
            items: {
              type: 'object',
              required: ['name', 'source', 'backends'],
              properties: {
                name: { type: 'string' },
                source: { enum: ['registry', 'configuration'] },
                version: { type: 'integer' },
                rolledBack: {
                  const: true,
                  description: 'It is served as it was before, until its file changes.',
                },
                url: { type: 'string' },
                upstreams: { type: 'array', items: { type: 'string' } },
                since: { type: 'object', description: 'The revision that brought this version.' },
                backends: { type: 'array', items: ref('BackendHealth') },
              },
            },
          },
        },
      },
      SchemaSize: {
        type: 'object',
        required: ['types', 'fields'],
        properties: {
          types: { type: 'integer', description: 'Without those that every schema has.' },
          fields: { type: 'integer', description: 'Of objects, interfaces and input objects.' },
        },
      },
      Variant: {
        description: 'As in the configuration, with what is left of the graph in it.',
        allOf: [
          ref('SchemaSize'),
          {
            type: 'object',
            required: ['name', 'include', 'exclude', 'subgraphs', 'at'],
            properties: {
              name: { type: 'string' },
              include: { type: 'array', items: { type: 'string' }, description: 'Tags.' },
              exclude: { type: 'array', items: { type: 'string' }, description: 'Tags.' },
              subgraphs: {
                type: 'object',
                additionalProperties: { type: 'object', properties: { url: { type: 'string' } } },
                description: 'That it asks elsewhere.',
              },
              at: {
                type: 'array',
                description: 'Its places; a request must fit everything that one of them says.',
                items: {
                  type: 'object',
                  properties: {
                    path: { type: 'string' },
                    host: { type: 'string' },
                    header: {
                      type: 'object',
                      properties: { name: { type: 'string' }, value: { type: 'string' } },
                    },
                    percent: { type: 'number' },
                    sticky: { type: 'string', description: 'Header that tells clients apart.' },
                  },
                },
              },
            },
          },
        ],
      },
      BackendHealth: {
        type: 'object',
        description: "Of this gateway's own traffic since it started; no backend is asked for it.",
        required: ['upstream', 'calls', 'failures', 'failuresInARow'],
        properties: {
          upstream: { type: 'string' },
          calls: { type: 'integer' },
          failures: { type: 'integer' },
          failuresInARow: { type: 'integer', description: '0 = the last call did not fail.' },
          lastFailure: {
            type: 'object',
            properties: { code: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
          },
        },
      },
      Errors: {
        type: 'object',
        properties: {
          errors: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                message: { type: 'string' },
                extensions: { type: 'object', properties: { code: { type: 'string' } } },
              },
            },
          },
        },
      },
    },
  },
  security: bearer,
  paths: {
    '/registry': {
      get: {
        operationId: 'getGraph',
        summary: 'What is served: revision, subgraphs, and why this gateway is behind, if it is.',
        responses: { 200: answer('The graph.', ref('Graph')) },
      },
    },
    '/registry/schema': {
      get: {
        operationId: 'getSchema',
        summary: 'What this gateway serves: the schema that clients see, and the supergraph.',
        parameters: [
          parameter(
            'variant',
            'query',
            { type: 'string' },
            'What its clients see; without it, those of the main graph.',
          ),
        ],
        responses: {
          200: answer('The schemas.', {
            type: 'object',
            required: ['apiSdl', 'supergraphSdl'],
            properties: { apiSdl: { type: 'string' }, supergraphSdl: { type: 'string' } },
          }),
          404: answer('There is no such variant.', ref('Errors')),
        },
      },
    },
    '/registry/variants': {
      get: {
        operationId: 'getVariants',
        summary: 'The variants of the graph that this gateway serves, in the order in which they are tried.',
        responses: {
          200: answer('The variants, and the size of the main graph.', {
            type: 'object',
            required: ['main', 'variants'],
            properties: { main: ref('SchemaSize'), variants: { type: 'array', items: ref('Variant') } },
          }),
        },
      },
    },
    '/registry/progress': {
      get: {
        operationId: 'getProgress',
        summary: 'What the gateway is doing to make the next graph, for those who wait for it.',
        responses: {
          200: answer('Without "what": nothing.', {
            type: 'object',
            properties: {
              what: { type: 'string', examples: ['Composing 12 subgraphs'] },
              sinceMs: { type: 'integer', description: 'For how long, in milliseconds.' },
            },
          }),
        },
      },
    },
    '/registry/refused': {
      get: {
        operationId: 'getRefused',
        summary: 'The last changes that this process has refused, newest first; dry runs are not among them.',
        responses: {
          200: answer('At most 20, with at most 50 problems each.', {
            type: 'object',
            properties: { refused: { type: 'array', items: ref('RefusedChange') } },
          }),
        },
      },
    },
    '/registry/subgraphs/{name}': {
      parameters: [name],
      get: {
        operationId: 'getSubgraph',
        summary: 'One subgraph with its schema and its history.',
        responses: {
          200: answer('The subgraph.', ref('Record')),
          404: answer('There is none.', ref('Errors')),
        },
      },
      put: {
        operationId: 'registerSubgraph',
        summary: 'Registers a subgraph or a new version of it, and serves it.',
        requestBody: {
          required: true,
          content: jsonOf({
            allOf: [
              { anyOf: [ref('Record'), ref('DescribedRecord')] },
              { type: 'object', properties: { ...options, renameCollisions } },
            ],
          }),
        },
        responses: changeAnswers,
      },
      delete: {
        operationId: 'unregisterSubgraph',
        summary: 'Takes a registered subgraph out of the graph.',
        parameters: optionParameters,
        responses: changeAnswers,
      },
    },
    '/registry/revisions': {
      get: {
        operationId: 'getHistory',
        summary: 'Every state of the graph, newest first.',
        parameters: [
          parameter('limit', 'query', { type: 'integer', maximum: 500 }, 'At most so many (50).'),
          parameter('before', 'query', { type: 'integer' }, 'Only older ones.'),
          parameter('subgraph', 'query', { type: 'string' }, 'Only those that changed it.'),
        ],
        responses: {
          200: answer('A page.', {
            type: 'object',
            properties: { revisions: { type: 'array', items: ref('Revision') } },
          }),
        },
      },
    },
    '/registry/revisions/{number}': {
      parameters: [parameter('number', 'path', { type: 'integer' }, 'Of the revision.')],
      get: {
        operationId: 'getRevision',
        summary: 'One state of the graph with its subgraphs and its supergraph.',
        responses: {
          200: answer('The revision.', ref('Revision')),
          404: answer('There is none.', ref('Errors')),
        },
      },
    },
    '/registry/diff': {
      get: {
        operationId: 'getDiff',
        summary: 'What lies between two states: what clients notice, and the schemas as patches.',
        parameters: [
          parameter('from', 'query', { type: 'integer' }, 'Revision; without it, the one before `to`.'),
          parameter('to', 'query', { type: 'integer' }, 'Revision; without it, the newest.'),
        ],
        responses: {
          200: answer('The differences.', {
            type: 'object',
            properties: {
              from: { type: 'integer' },
              to: { type: 'integer' },
              changes: { type: 'array', items: ref('SchemaChange') },
              subgraphs: { type: 'array', items: { type: 'object' } },
            },
          }),
          404: answer('There is no such revision.', ref('Errors')),
        },
      },
    },
    '/registry/usage': {
      get: {
        operationId: 'getUsage',
        summary: 'What clients have sent, most frequent first, and who still uses what is deprecated.',
        parameters: [
          parameter('days', 'query', { type: 'integer' }, 'Back from today (usage.checkDays).'),
          parameter(
            'variant',
            'query',
            { type: 'string' },
            'Only of this variant; "main" = of the main graph.',
          ),
        ],
        responses: {
          200: answer('Usage.', {
            type: 'object',
            properties: {
              days: { type: 'integer' },
              operations: { type: 'array', items: { type: 'object' } },
              deprecated: { type: 'array', items: { type: 'object' } },
            },
          }),
        },
      },
    },
    '/registry/rollback': {
      post: {
        operationId: 'rollBack',
        summary: 'Serves the registered subgraphs of an earlier revision, as a new one.',
        requestBody: {
          required: true,
          content: jsonOf({
            type: 'object',
            required: ['to'],
            properties: { to: { type: 'integer', description: 'The revision.' }, ...options },
          }),
        },
        responses: changeAnswers,
      },
    },
  },
} as const;
