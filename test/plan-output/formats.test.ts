import { describe, expect, test } from 'vitest';
import { planToDiagram } from '../../gateway/plan-output/diagram.ts';
import { planToJson } from '../../gateway/plan-output/json.ts';
import { planToMermaid } from '../../gateway/plan-output/mermaid.ts';
import { outlineOf, stagesOf } from '../../gateway/plan-output/outline.ts';
import { EXAMPLE, plan } from './plans.ts';

const example = outlineOf(plan(EXAMPLE));

describe('the outline of a plan', () => {
  test('has its steps in stages, with what each waits for', () => {
    const stages = stagesOf(example).map((steps) =>
      steps.map(({ id, subgraph, at, waitsFor }) => [id, subgraph, at, waitsFor]),
    );
    expect(stages).toEqual([
      [[1, 's0', '', []]],
      [
        [2, 's1', 'topProducts__0', [1]],
        [3, 's2', 'topProducts__0', [1]],
      ],
      [[4, 's3', 'topProducts__0.reviews.author', [1, 3]]],
    ]);
    expect(example.steps.map(({ arrowsFrom }) => arrowsFrom)).toEqual([[], [1], [1], [3]]);
  });

  test('tells the inputs of a step without the type that each has, and its fields a line each', () => {
    expect(example.steps[1]).toMatchObject({
      asks: 'entities',
      inputs: [{ type: 'Product', fields: 'upc price weight' }],
      fields: ['... on Product', '  shippingEstimate'],
    });
    expect(example.steps[2]?.fields).toEqual([
      '... on Product',
      '  reviews',
      '    body',
      '    author  if $deep',
      '      id',
    ]);
  });

  test('tells a condition once, however often the plan has it', () => {
    const text =
      'query ($a: Boolean!) { topProducts @include(if: $a) { reviews @include(if: $a) { body } } }';
    for (const { when } of outlineOf(plan(text)).steps)
      expect(when).toEqual([{ variable: 'a', value: true }]);
  });

  test('knows the source of a subscription', () => {
    const { steps } = outlineOf(plan('subscription { reviewed { body author { name } } }'));
    expect(steps.map(({ asks, stage }) => [asks, stage])).toEqual([
      ['subscription', 1],
      ['entities', 2],
    ]);
  });
});

test('a plan as JSON has version 1, and this shape', () => {
  expect(planToJson(example)).toMatchInlineSnapshot(`
    {
      "kind": "query",
      "steps": [
        {
          "asks": "root",
          "id": 1,
          "inputs": [],
          "operation": "{topProducts__0:topProducts(first:3){__typename name upc price weight}}",
          "path": [],
          "stage": 1,
          "subgraph": "s0",
          "variables": [],
          "waitsFor": [],
          "when": [],
        },
        {
          "asks": "entities",
          "id": 2,
          "inputs": [
            {
              "fields": "upc price weight",
              "type": "Product",
            },
          ],
          "operation": "query($representations:[_Any!]!){_entities(representations:$representations){...on Product{shippingEstimate}}}",
          "path": [
            {
              "field": "topProducts__0",
            },
          ],
          "stage": 2,
          "subgraph": "s1",
          "variables": [],
          "waitsFor": [
            1,
          ],
          "when": [],
        },
        {
          "asks": "entities",
          "id": 3,
          "inputs": [
            {
              "fields": "upc",
              "type": "Product",
            },
          ],
          "operation": "query($representations:[_Any!]!,$deep:Boolean!){_entities(representations:$representations){...on Product{reviews{__typename body author@include(if:$deep){__typename id}}}}}",
          "path": [
            {
              "field": "topProducts__0",
            },
          ],
          "stage": 2,
          "subgraph": "s2",
          "variables": [
            "deep",
          ],
          "waitsFor": [
            1,
          ],
          "when": [],
        },
        {
          "asks": "entities",
          "id": 4,
          "inputs": [
            {
              "fields": "id",
              "type": "User",
            },
          ],
          "operation": "query($representations:[_Any!]!){_entities(representations:$representations){...on User{name}}}",
          "path": [
            {
              "field": "topProducts__0",
            },
            {
              "field": "reviews",
            },
            {
              "field": "author",
            },
          ],
          "stage": 3,
          "subgraph": "s3",
          "variables": [],
          "waitsFor": [
            1,
            3,
          ],
          "when": [
            {
              "value": true,
              "variable": "deep",
            },
          ],
        },
      ],
      "version": 1,
    }
  `);
});

test('a plan as JSON has the changes of what is sent and answered only where there are some', () => {
  const [step] = planToJson(
    outlineOf({
      kind: 'query' as never,
      root: {
        node: 'entityFetch',
        subgraph: 's',
        operation:
          'query($representations:[_Any!]!){_entities(representations:$representations){...on E{a}}}',
        variableNames: [],
        at: [{ field: 'e', types: ['E'] }],
        requires: [{ onType: 'E', selections: [{ from: 'id__r0', name: 'id' }] }],
        inputRewrites: [{ rewrite: 'set', path: [{ onType: 'E' }, '__typename'], value: 'I' }],
        outputRewrites: [{ rewrite: 'rename', path: ['a'], to: 'b' }],
      },
    }),
  ).steps;
  expect(step).toMatchObject({
    path: [{ field: 'e', types: ['E'] }],
    inputs: [{ type: 'E', fields: 'id (id__r0)' }],
    inputRewrites: [{ rewrite: 'set', value: 'I' }],
    outputRewrites: [{ rewrite: 'rename', to: 'b' }],
  });
});

describe('a plan as Mermaid', () => {
  test('has a frame per stage, a node per step and an arrow for each wait, with its condition', () => {
    expect(planToMermaid(example)).toMatchInlineSnapshot(`
      "flowchart TD
        subgraph stage1["Stage 1"]
          s1["Step 1: s0<br/>topProducts__0: topProducts(first: 3)<br/>#160;#160;name<br/>#160;#160;upc<br/>#160;#160;price<br/>#160;#160;weight"]
        end
        subgraph stage2["Stage 2 - 2 steps at once"]
          s2["Step 2: s1 at topProducts__0<br/>by Product { upc price weight }<br/>... on Product<br/>#160;#160;shippingEstimate"]
          s3["Step 3: s2 at topProducts__0<br/>by Product { upc }<br/>... on Product<br/>#160;#160;reviews<br/>#160;#160;#160;#160;body<br/>#160;#160;#160;#160;author  if $deep<br/>#160;#160;#160;#160;#160;#160;id"]
        end
        subgraph stage3["Stage 3"]
          s4["Step 4: s3 at topProducts__0.reviews.author<br/>by User { id }<br/>... on User<br/>#160;#160;name"]
        end
        s1 --> s2
        s1 --> s3
        s3 -->|"if $deep"| s4
      "
    `);
  });

  test('cannot be broken by what a client writes', () => {
    const text = '{ tags(words: ["a\\"]-->x", "`<b>|#", "line\\nend"]) }';
    const label = /s1\["(.*)"\]/.exec(planToMermaid(outlineOf(plan(text))))?.[1];
    expect(label).not.toMatch(/["[\]|`]/);
    expect(label?.replaceAll('<br/>', '')).not.toMatch(/[<>]/);
  });

  test('is short where a step asks for much', () => {
    const aliases = Array.from({ length: 30 }, (_, index) => `t${index}: tags(words: ["${index}"])`);
    const source = planToMermaid(outlineOf(plan(`{ ${aliases.join(' ')} }`)));
    expect(source).toContain('and 18 more lines');
  });

  test('says so where the gateway answers by itself', () => {
    expect(planToMermaid(outlineOf(plan('{ __typename }')))).toContain('answered by the gateway itself');
  });
});

describe('a plan as HTML', () => {
  test('is a list of stages with boxes, complete without style and script', () => {
    expect(planToDiagram(example).replaceAll('><', '>\n<')).toMatchInlineSnapshot(`
      "<ol class="stages">
      <li class="stage">
      <h3>Stage 1</h3>
      <ul class="steps">
      <li class="step tone-0" id="step-1" data-arrows="" tabindex="-1">
      <h4>
      <span class="number">1</span> s0 <small>root fields</small>
      </h4>
      <pre>topProducts__0: topProducts(first: 3)
        name
        upc
        price
        weight</pre>
      </li>
      </ul>
      </li>
      <li class="stage">
      <h3>Stage 2 <small>2 steps at once</small>
      </h3>
      <ul class="steps">
      <li class="step tone-1" id="step-2" data-arrows="1" tabindex="-1">
      <h4>
      <span class="number">2</span> s1 <small>entities</small>
      </h4>
      <dl>
      <div>
      <dt>at</dt>
      <dd>
      <code>topProducts__0</code>
      </dd>
      </div>
      <div>
      <dt>by</dt>
      <dd>
      <code>Product { upc price weight }</code>
      </dd>
      </div>
      <div>
      <dt>waits for</dt>
      <dd>
      <a href="#step-1">step 1</a>
      </dd>
      </div>
      </dl>
      <pre>... on Product
        shippingEstimate</pre>
      </li>
      <li class="step tone-2" id="step-3" data-arrows="1" tabindex="-1">
      <h4>
      <span class="number">3</span> s2 <small>entities</small>
      </h4>
      <dl>
      <div>
      <dt>at</dt>
      <dd>
      <code>topProducts__0</code>
      </dd>
      </div>
      <div>
      <dt>by</dt>
      <dd>
      <code>Product { upc }</code>
      </dd>
      </div>
      <div>
      <dt>waits for</dt>
      <dd>
      <a href="#step-1">step 1</a>
      </dd>
      </div>
      </dl>
      <pre>... on Product
        reviews
          body
          author  if $deep
            id</pre>
      </li>
      </ul>
      </li>
      <li class="stage">
      <h3>Stage 3</h3>
      <ul class="steps">
      <li class="step tone-3" id="step-4" data-arrows="3" tabindex="-1">
      <h4>
      <span class="number">4</span> s3 <small>entities</small>
      </h4>
      <dl>
      <div>
      <dt>at</dt>
      <dd>
      <code>topProducts__0.reviews.author</code>
      </dd>
      </div>
      <div>
      <dt>only</dt>
      <dd>
      <code>if $deep</code>
      </dd>
      </div>
      <div>
      <dt>by</dt>
      <dd>
      <code>User { id }</code>
      </dd>
      </div>
      <div>
      <dt>waits for</dt>
      <dd>
      <a href="#step-1">step 1</a>, <a href="#step-3">step 3</a>
      </dd>
      </div>
      </dl>
      <pre>... on User
        name</pre>
      </li>
      </ul>
      </li>
      </ol>"
    `);
  });

  test('shows what a client writes as text', () => {
    const html = planToDiagram(outlineOf(plan('{ tags(words: ["<img src=x onerror=alert(1)>"]) }')));
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x');
  });

  test('says so where the gateway answers by itself', () => {
    expect(planToDiagram(outlineOf(plan('{ __typename }')))).toContain('no subgraph is asked');
  });
});
