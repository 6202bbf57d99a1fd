import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderPlanPage } from '../../gateway/portal/plan-page.ts';
import { renderRegistryPage } from '../../gateway/portal/registry-page.ts';

describe('the page of plans', () => {
  const query = '{ a(text: "</script><script>alert(1)</script> $& $1") }';
  const { html, headers } = renderPlanPage([{ query, variables: {} }], ['partner']);
  const dataOf = (page: string): unknown =>
    JSON.parse(/<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(page)![1]!);

  test('is one document: its script is in it, and the policy names that script alone', () => {
    const [, script] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
    expect(script).toContain('fetch(');
    expect(headers['content-security-policy']).toContain(
      `script-src 'sha256-${hash('sha256', script!, 'base64')}';`,
    );
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  test('carries examples and variants as data, whatever is in them', () => {
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(dataOf(html)).toEqual({ examples: [{ query, variables: {} }], variants: ['partner'] });
    expect(dataOf(renderPlanPage([]).html)).toEqual({ examples: [], variants: [] });
  });
});

test('the pages of the admin port look alike: they begin with the same style', () => {
  const shared = readFileSync(join(import.meta.dirname, '../../gateway/portal/page-style.css'), 'utf8');
  for (const { html } of [renderPlanPage([]), renderRegistryPage()]) {
    expect(html).toContain(`<style>${shared}`);
    expect(html.match(/<style/g)).toHaveLength(1);
  }
});
