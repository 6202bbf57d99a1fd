import type { SdlDirective } from '../sdl/model.ts';

/** A comment as a description, and `@deprecated` with what the comment says of it. */
export function describedAs(
  comment: string | undefined,
  deprecated: boolean | undefined,
  ...notes: readonly string[]
): { description?: string; directives?: readonly SdlDirective[] } {
  const text = cleaned(comment);
  const description = [...(text === '' ? [] : [text]), ...notes].join('\n\n');
  const reason = /(?:^|\n)\s*deprecated[:.,]?\s+([^\n]+)/i.exec(text)?.[1];
  return {
    ...(description !== '' && { description }),
    ...(deprecated === true && {
      directives: [{ name: 'deprecated', ...(reason !== undefined && { args: { reason } }) }],
    }),
  };
}

/** Comments for tools (`buf:lint`, `@exclude`, `(-- api-linter … --)` of AIP-200) are none for readers. */
function cleaned(comment: string | undefined): string {
  if (comment === undefined) return '';
  return comment
    .replace(/\(--[\s\S]*?--\)/g, '')
    .split('\n')
    .filter((line) => !/^\s*(?:buf:lint|@exclude\b|protolint:|clang-format|[-=*#/]{4,}\s*$)/.test(line))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
