import { z } from 'zod';

export const plannerSchema = z
  .strictObject({
    validate: z
      .union([z.literal(false), z.enum(['log', 'refuse'])])
      .default(false)
      .describe(
        'Whether the plan of each new operation is checked before it runs. `log`: what is wrong is logged and counted. `refuse`: such an operation is also refused (OPERATION_NOT_PLANNABLE).',
      ),
  })
  .prefault({})
  .describe('How operations are planned.');
