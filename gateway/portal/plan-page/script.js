'use strict';
{
  const byId = (id) => document.getElementById(id);
  const [form, operation, variables, name] = ['ask', 'operation', 'variables', 'name'].map(byId);
  const [status, problems, explanation, faults] = ['status', 'problems', 'explanation', 'faults'].map(byId);
  const [diagram, calls, variant] = ['diagram', 'calls', 'variant'].map(byId);
  const { examples, variants } = JSON.parse(byId('data').textContent);
  const SVG = 'http://www.w3.org/2000/svg';
  const NARROW_PX = 560;

  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const say = (text, isBad) => {
    status.textContent = text;
    status.className = isBad ? 'bad' : '';
  };

  // Asking.

  let latest = 0;
  async function explain() {
    const asked = ++latest;
    let values = {};
    try {
      if (variables.value.trim() !== '') values = JSON.parse(variables.value);
    } catch (error) {
      showProblems([{ message: `The variables are not JSON: ${error.message}` }]);
      return;
    }
    say('Asking…');
    let answer;
    try {
      const response = await fetch('plan', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          operation: operation.value,
          operationName: name.value.trim() || undefined,
          variables: values,
          variant: variant.value || undefined,
        }),
      });
      answer = await response.json();
    } catch (error) {
      answer = { problems: [{ message: `The gateway does not answer: ${error.message}` }] };
    }
    if (asked !== latest) return;
    if (answer.problems) showProblems(answer.problems);
    else if (answer.plan) show(answer);
    else
      showProblems(
        (answer.errors ?? [{ message: 'The answer cannot be read.' }]).map(({ message }) => ({ message })),
      );
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void explain();
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });

  // Showing.

  function showProblems(list) {
    explanation.hidden = true;
    problems.hidden = false;
    const items = list.map(({ code, message, line, column }) => {
      const item = element('li');
      if (line !== undefined) {
        const place = element('button', `${line}:${column}`, 'place');
        place.type = 'button';
        place.title = 'Go there';
        place.addEventListener('click', () => goTo(line, column));
        item.append(place, ' ');
      }
      if (code) item.append(element('code', code), ' ');
      item.append(message);
      return item;
    });
    problems.querySelector('ul').replaceChildren(...items);
    say(`No plan: ${list.length} ${list.length === 1 ? 'problem' : 'problems'}.`, true);
    reveal();
  }

  /** On a phone the answer is below the form. */
  function reveal() {
    if (status.getBoundingClientRect().top > innerHeight * 0.6) byId('answer').scrollIntoView();
  }

  function goTo(line, column) {
    const before = operation.value.split('\n').slice(0, line - 1);
    const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
    operation.focus();
    operation.setSelectionRange(at, at + 1);
    operation.scrollTop = Math.max(0, line - 4) * parseFloat(getComputedStyle(operation).lineHeight);
  }

  function show({ plan, planText, mermaid, diagram: boxes, calls: rows, totalCalls, findings }) {
    problems.hidden = true;
    explanation.hidden = false;
    const { steps } = plan;
    const stages = Math.max(0, ...steps.map(({ stage }) => stage));
    say(
      `${count(steps.length, 'step')} in ${count(stages, 'stage')}, at most ${count(totalCalls, 'backend call')}.`,
    );
    faults.className = findings.length === 0 ? 'good' : 'bad';
    faults.querySelector('h2').textContent =
      findings.length === 0 ? 'No faults found in the plan' : `Faults of the plan: ${findings.length}`;
    faults.querySelector('ul').replaceChildren(...findings.map((text) => element('li', text)));
    // The gateway has made it, and escaped whatever came from a client or a schema.
    diagram.innerHTML = boxes;
    showCalls(rows, totalCalls);
    byId('text').querySelector('pre').textContent = planText;
    byId('json').querySelector('pre').textContent = JSON.stringify(plan, null, 2);
    byId('mermaid').querySelector('pre').textContent = mermaid;
    drawArrows();
    reveal();
  }

  const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;

  const COLUMNS = [
    ['Calls', 'calls', true],
    ['Asked', 'asked', true],
    ['Per call', 'maxBatchSize', true],
    ['Subgraph', 'subgraph'],
    ['Upstream', 'upstream'],
    ['Operation', 'operation'],
    ['At', 'at'],
  ];

  function showCalls(rows, totalCalls) {
    if (rows.length === 0) {
      calls.replaceChildren(element('p', 'None that the gateway makes itself, or none that it knows.'));
      return;
    }
    const table = element('table');
    const head = table.createTHead().insertRow();
    for (const [title, , isFigure] of COLUMNS) {
      const cell = element('th', title, isFigure ? 'figure' : '');
      cell.scope = 'col';
      head.append(cell);
    }
    const body = table.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      for (const [, key, isFigure] of COLUMNS)
        line.append(
          element(
            'td',
            key === 'maxBatchSize' ? perCall(row[key]) : String(row[key]),
            isFigure ? 'figure' : '',
          ),
        );
    }
    calls.replaceChildren(
      element('p', `${totalCalls} at most; lists without a known size count as configured.`),
      table,
    );
  }

  /** Keys that fit into one call. */
  const perCall = (size) =>
    size === 0 ? 'one' : size === null || size >= 2 ** 31 - 1 ? 'all' : String(size);

  async function copyFrom(button) {
    try {
      await navigator.clipboard.writeText(button.parentElement.querySelector('pre').textContent);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Not allowed';
    }
    setTimeout(() => (button.textContent = 'Copy'), 1500);
  }
  for (const button of document.querySelectorAll('.copy'))
    button.addEventListener('click', () => void copyFrom(button));

  // Arrows from each box to those that wait for it, drawn behind the boxes.

  const svgElement = (tag, attributes) => {
    const made = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  function drawArrows() {
    diagram.querySelector('svg')?.remove();
    diagram.classList.toggle('narrow', diagram.clientWidth < NARROW_PX);
    const isNarrow = diagram.classList.contains('narrow');
    const origin = diagram.getBoundingClientRect();
    const svg = svgElement('svg', { 'aria-hidden': 'true' });
    const marker = svgElement('marker', {
      id: 'head',
      viewBox: '0 0 8 8',
      refX: 7,
      refY: 4,
      markerWidth: 7,
      markerHeight: 7,
      markerUnits: 'userSpaceOnUse',
      orient: 'auto',
    });
    marker.append(svgElement('path', { d: 'M0 0L8 4L0 8Z' }));
    svg.append(marker);
    let lane = 0;
    const boxes = [...diagram.querySelectorAll('.step')];
    const x = (value) => value - origin.left;
    const y = (value) => value - origin.top;
    /** Whether another box stands between the two, where a curve would run behind it. */
    const isHidden = (from, to, startX, endX) =>
      boxes.some((box) => {
        const { top, bottom, left, right } = box.getBoundingClientRect();
        const isBetween = top >= from.bottom && bottom <= to.top;
        return isBetween && x(right) >= Math.min(startX, endX) && x(left) <= Math.max(startX, endX);
      });
    for (const box of boxes) {
      const sources = box.dataset.arrows.split(' ').filter(Boolean);
      const to = box.getBoundingClientRect();
      sources.forEach((id, index) => {
        const from = byId(`step-${id}`).getBoundingClientRect();
        const share = (index + 1) / (sources.length + 1);
        const [startX, startY] = [x(from.left) + from.width / 2, y(from.bottom)];
        const [endX, endY] = [x(to.left) + to.width * share, y(to.top) - 1];
        let d;
        if (isNarrow) {
          // Along the side of boxes that stand one below the other.
          const side = x(to.left) - 8 - (lane++ % 3) * 7;
          d = `M${x(from.left)} ${y(from.top) + 22}H${side}V${y(to.top) + 22}H${x(to.left) - 1}`;
        } else if (isHidden(from, to, startX, endX)) {
          // Between the rows of boxes and past them.
          const side = 4 + (lane++ % 3) * 7;
          d = `M${startX} ${startY}V${startY + 8}H${side}V${endY - 10}H${endX}V${endY}`;
        } else {
          const bend = Math.max(18, (endY - startY) / 2);
          d = `M${startX} ${startY}C${startX} ${startY + bend} ${endX} ${endY - bend} ${endX} ${endY}`;
        }
        const path = svgElement('path', { d, 'marker-end': 'url(#head)' });
        path.dataset.from = id;
        path.dataset.to = box.id.slice('step-'.length);
        svg.append(path);
      });
    }
    diagram.prepend(svg);
  }

  function light(box) {
    const id = box?.id.slice('step-'.length);
    for (const path of diagram.querySelectorAll('path[data-from]'))
      path.classList.toggle('lit', id !== undefined && (path.dataset.from === id || path.dataset.to === id));
  }
  diagram.addEventListener('mouseover', ({ target }) => light(target.closest('.step')));
  diagram.addEventListener('mouseleave', () => light(null));
  diagram.addEventListener('focusin', ({ target }) => light(target.closest('.step')));
  new ResizeObserver(() => {
    if (!explanation.hidden) drawArrows();
  }).observe(diagram);

  // What may be chosen.

  variant.append(...variants.map((one) => new Option(one, one)));
  byId('variant-field').hidden = variants.length === 0;
  variant.addEventListener('change', () => {
    // What is shown is another variant's answer.
    if (!explanation.hidden || !problems.hidden) form.requestSubmit();
  });

  if (examples.length > 0) {
    const choice = byId('example');
    const titleOf = ({ query }, index) =>
      /\b(?:query|mutation|subscription)\s+(\w+)/.exec(query)?.[1] ?? `${index + 1}`;
    choice.append(...examples.map((example, index) => new Option(titleOf(example, index), index)));
    const take = () => {
      const { query, variables: values } = examples[choice.value];
      operation.value = query;
      variables.value = Object.keys(values).length === 0 ? '' : JSON.stringify(values, null, 2);
      name.value = '';
    };
    choice.addEventListener('change', take);
    byId('example-field').hidden = examples.length < 2;
    take();
  }
}
