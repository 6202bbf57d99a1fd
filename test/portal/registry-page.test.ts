import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { renderRegistryPage } from '../../gateway/portal/registry-page.ts';

test('the modules of the page are one script without a mistake, such as one name for two things', () => {
  const { html } = renderRegistryPage();
  const [, script] = /<script type="module">([^]*?)<\/script>/.exec(html)!;
  expect(() => new Script(`'use strict'; async () => { ${script} }`)).not.toThrow();
});
