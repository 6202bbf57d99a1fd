import { button, byId, element, say } from './elements.js';
import { outcomeOf, resultView } from './parts.js';

/**
 * A change of the graph, in two steps: what would come of it is shown first (a dry run), and a person who has given a
 * reason does it.
 * @param isTaking whether clients may lose something by it
 * @param send makes the change, with the options of the admin API
 */
export function openChange({ title, about, action, isTaking = false, expected, send, done }) {
  const dialog = byId('change');
  const reason = element('input', { id: 'reason', maxlength: '2000', autocomplete: 'off', required: true });
  const force = element('input', { id: 'force', type: 'checkbox' });
  const forceField = element(
    'p',
    { class: 'check', hidden: true },
    force,
    element(
      'label',
      { for: 'force' },
      'Override the checks that protect clients. The history will say so, and whom it breaks.',
    ),
  );
  const outcome = element(
    'div',
    { class: 'outcome-area', role: 'status', tabindex: '0' },
    element('p', {}, 'Asking what clients would notice…'),
  );
  const go = element('button', { type: 'submit', class: isTaking && 'danger', disabled: true }, action);
  const cancel = button('Cancel', () => dialog.close(), { class: 'quiet' });
  const form = element(
    'form',
    { class: 'change' },
    element('h2', { id: 'change-title', tabindex: '-1' }, title),
    about !== '' && element('p', {}, about),
    outcome,
    forceField,
    element(
      'p',
      { class: 'field' },
      element('label', { for: 'reason' }, 'Reason (stands in the history)'),
      reason,
    ),
    element('p', { class: 'bar end' }, cancel, go),
  );

  async function run(dryRun) {
    go.disabled = true;
    force.disabled = true;
    const wish = { expected, dryRun, force: force.checked, ...(!dryRun && { reason: reason.value.trim() }) };
    try {
      const result = await send(wish);
      if (!dryRun && result.outcome === 'served') {
        // Somebody may have closed it, and opened another.
        if (form.isConnected) dialog.close();
        say(outcomeOf(result)[0]);
        done();
        return;
      }
      outcome.replaceChildren(resultView(result));
      // What does not compose cannot be forced; what would break clients shows what they notice.
      forceField.hidden = !(force.checked || (result.outcome === 'refused' && result.changes.length > 0));
      go.disabled = result.outcome !== 'valid';
    } catch (error) {
      outcome.replaceChildren(element('p', { class: 'outcome bad' }, error.message));
    } finally {
      force.disabled = false;
    }
  }

  force.addEventListener('change', () => void run(true));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (reason.value.trim() !== '') void run(false);
    else reason.reportValidity();
  });
  dialog.replaceChildren(form);
  dialog.showModal();
  byId('change-title').focus();
  void run(true);
}
