import { z } from 'zod';
import { entryName, headerName, httpUrl } from '../fields.ts';

/** As composition takes them (https://specs.apollo.dev/tag/). */
const tagName = z.string().regex(/^[A-Za-z0-9_/-]{1,128}$/, {
  error: 'a tag has letters, digits, "_", "-" and "/"; at most 128',
});

const placeSchema = z
  .strictObject({
    path: z
      .string()
      .regex(/^(?:\/[A-Za-z0-9._~-]+)+$/, { error: 'expected a path such as /partner/graphql' })
      .exactOptional()
      .describe(
        'Where GraphQL is; the schema files are beside it (`/partner/schema.graphql`). Without it, the paths of the main graph.',
      ),
    host: z
      .string()
      .toLowerCase()
      .regex(/^[a-z0-9.-]+$/, { error: 'expected a host name without port' })
      .exactOptional()
      .describe('What the request must have as its `host`, whatever the port.'),
    header: z
      .strictObject({
        name: headerName.describe('Its name.'),
        value: z.string().min(1).describe('Its value, exactly.'),
      })
      .exactOptional()
      .describe('What the request must have as this header.'),
    percent: z
      .number()
      .min(0)
      .max(100)
      .exactOptional()
      .describe('Which part of the requests; always the same clients, if `sticky` tells them apart.'),
    sticky: headerName
      .exactOptional()
      .describe(
        'Header by whose value clients are told apart for `percent`; who does not send it is not among them. Without it, the identity of who asks counts; anonymous requests are drawn one by one.',
      ),
  })
  .refine((place) => Object.keys(place).some((key) => key !== 'sticky'), {
    error: 'expected at least one of path, host, header, percent',
  })
  .refine(({ sticky, percent }) => sticky === undefined || percent !== undefined, {
    error: 'sticky says who belongs to percent, which is missing',
  });

const variantSchema = z.strictObject({
  include: z
    .array(tagName)
    .default([])
    .describe(
      'Only fields with one of these tags (`@tag`), or of types with one, and what they need; empty = all.',
    ),
  exclude: z
    .array(tagName)
    .default([])
    .describe('Nothing with one of these tags, and nothing that needs it; wins over `include`.'),
  subgraphs: z
    .record(
      z.string().min(1),
      z.strictObject({ url: httpUrl.describe('Where this variant asks it, instead of its own `url`.') }),
    )
    .default({})
    .describe(
      'Subgraphs that this variant asks elsewhere, by name; they speak GraphQL over HTTP and have the same schema there.',
    ),
  at: z
    .array(placeSchema)
    .min(1)
    .describe(
      'Which requests get this variant: those that fit one of these places, with everything that the place says.',
    ),
});

export const variantsSchema = z
  .record(entryName, variantSchema)
  .default({})
  .describe(
    'Other schemas of the same graph, each a part of it, by name. The first one that fits a request answers it; the main graph the rest. See variants.md.',
  );
