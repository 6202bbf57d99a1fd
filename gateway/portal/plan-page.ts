import type { PortalExample } from '../config/schema.ts';
import { inlinePage, type InlinePage, pageFile } from './inline-page.ts';

const FOLDER = 'plan-page';

/** The page that explains operations, as the clients of the main graph or of one of these variants send them. */
export function renderPlanPage(
  examples: readonly PortalExample[],
  variants: readonly string[] = [],
): InlinePage {
  return inlinePage({
    folder: FOLDER,
    script: pageFile(FOLDER, 'script.js'),
    data: { examples, variants },
  });
}
