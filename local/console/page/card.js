import { attempt, h, icon } from './dom.js';
import { reach } from './reaching.js';

/**
 * The cards that the EHR gets for the opened chart, as a clinician sees them: summary, detail, links, what can be done.
 * @see https://cds-hooks.hl7.org/2.0/#cds-service-response
 */
export function drawCards({ calls, patient, user, fhirBase, now, onAnswered }) {
  const cards = calls.flatMap((call) =>
    (call.cards ?? []).map((card) =>
      drawCard({ card, service: call.service, patient, user, fhirBase, now, onAnswered }),
    ),
  );
  return cards.length > 0 ? cards : [h('p', { class: 'quiet' }, 'No card: there is nothing new to know.')];
}

function drawCard({ card, service, patient, user, fhirBase, now, onAnswered }) {
  const outcome = h('p', { class: 'card-outcome', role: 'status' });
  const actions = h('div', { class: 'row' });
  const answer = (feedback, words, button) =>
    attempt(async () => {
      await reach('/ehr/cds-feedback', {
        service,
        feedback: [{ card: card.uuid, outcomeTimestamp: now().toISOString(), ...feedback }],
      });
      actions.replaceChildren();
      outcome.textContent = words;
      onAnswered();
    }, button);
  if (card.uuid !== undefined) {
    actions.append(
      ...(card.suggestions ?? []).map((suggestion) =>
        h(
          'button',
          {
            type: 'button',
            class: 'go',
            onclick: (event) =>
              answer(
                { outcome: 'accepted', acceptedSuggestions: [{ id: suggestion.uuid }] },
                `${suggestion.label}: noted.`,
                event.currentTarget,
              ),
          },
          suggestion.label,
        ),
      ),
      h(
        'button',
        {
          type: 'button',
          onclick: (event) =>
            answer({ outcome: 'overridden' }, 'Dismissed. It counts as shown, not as seen.', event.currentTarget),
        },
        'Dismiss',
      ),
    );
  }
  const links = (card.links ?? []).map((link) =>
    h(
      'button',
      {
        type: 'button',
        class: 'link',
        onclick: (event) => follow(link, { patient, user, fhirBase }, event.currentTarget),
      },
      icon('page'),
      link.label,
    ),
  );
  return h(
    'article',
    { class: `cds ${['info', 'warning', 'critical'].includes(card.indicator) ? card.indicator : 'info'}` },
    h('h3', {}, card.summary),
    card.detail === undefined ? undefined : h('div', { class: 'detail' }, markdown(card.detail)),
    links.length === 0 ? undefined : h('div', { class: 'row' }, links),
    actions,
    outcome,
    h('p', { class: 'source' }, `From ${card.source?.label ?? service}`),
  );
}

/** A SMART link is opened as an EHR does: with a launch of its own and where the EHR is. @see https://hl7.org/fhir/smart-app-launch/app-launch.html */
function follow(link, { patient, user, fhirBase }, button) {
  // The window is opened at once: after an answer has been waited for, browsers take it for a pop-up.
  const opened = window.open('', '_blank');
  return attempt(async () => {
    try {
      const url = new URL(link.url);
      if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('That link leads nowhere.');
      if (link.type === 'smart') {
        const { launch } = await reach('/ehr/launches', { patient, ...(user === '' ? {} : { user }) });
        url.searchParams.set('iss', fhirBase);
        url.searchParams.set('launch', launch);
      }
      if (opened === null) throw new Error('The browser did not let a new tab open.');
      opened.opener = null;
      opened.location.href = url.href;
    } catch (error) {
      opened?.close();
      throw error;
    }
  }, button);
}

/** The little of Markdown that cards use, as elements; anything else stays as it was written. */
function markdown(text) {
  return text.split(/\n{2,}/).flatMap((block) => {
    const lines = block.split('\n').filter((line) => line.trim() !== '');
    const blocks = [];
    let list;
    let paragraph;
    for (const line of lines) {
      const item = /^\s*(?:[-*+]|\d+\.)\s+(.*)$/.exec(line);
      const heading = /^#{1,6}\s+(.*)$/.exec(line);
      if (item) {
        list ??= blocks[blocks.push(h('ul')) - 1];
        paragraph = undefined;
        list.append(h('li', {}, inline(item[1])));
        continue;
      }
      list = undefined;
      if (heading) {
        paragraph = undefined;
        blocks.push(h('h4', {}, inline(heading[1])));
      } else if (paragraph) paragraph.append(h('br'), ...inline(line));
      else paragraph = blocks[blocks.push(h('p', {}, inline(line))) - 1];
    }
    return blocks;
  });
}

function inline(text) {
  return text.split(/(\*\*[^*]+\*\*|(?<![\w*])[*_][^*_]+[*_](?![\w*]))/).map((piece) => {
    if (/^\*\*.+\*\*$/.test(piece)) return h('strong', {}, unescaped(piece.slice(2, -2)));
    return /^(?:\*[^*]+\*|_[^_]+_)$/.test(piece) ? h('em', {}, unescaped(piece.slice(1, -1))) : unescaped(piece);
  });
}

const unescaped = (text) => text.replace(/\\([\\`*_{}[\]()#+\-.!<>|~])/g, '$1');
