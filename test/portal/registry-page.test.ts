import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { renderRegistryPage } from '../../gateway/portal/registry-page.ts';

describe('the page of the registry', () => {
  const { html, headers } = renderRegistryPage();
  const [, script] = /<script type="module">([\s\S]*?)<\/script>/.exec(html) ?? [];

  test('is one document: all of its script is in it, and the policy names that script alone', () => {
    expect(script).toBeDefined();
    expect(script).not.toMatch(/^\s*(?:import|export)\b/m);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    const policy = headers['content-security-policy'];
    expect(policy).toContain(`script-src 'sha256-${hash('sha256', script!, 'base64')}';`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  test('makes nothing of text but text', () => {
    expect(script).not.toMatch(/\.(?:innerHTML|outerHTML|insertAdjacentHTML)\b|document\.write|\beval\(/);
  });
});
