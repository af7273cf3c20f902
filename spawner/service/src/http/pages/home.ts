import type { SessionView } from '../../services/sessions/types.js';
import { pendingPage } from '../models.js';
import { html, type Html } from './template.js';

const STATES: Record<SessionView['state'], string> = { starting: 'Starting', ready: 'Running', stopping: 'Stopping', stopped: 'Stopped', failed: 'Failed' };

/** Every session of the user with the one thing to do about it. */
export function homeBody(owner: string, sessions: SessionView[], xsrf: string, links: readonly { href: string; label: string }[] = []): Html {
  const home = sessions.find(session => session.name === '');
  const open = home?.state === 'ready' || home?.state === 'starting';
  return html`<section class="card">
<h1>Your sessions</h1>
${sessions.length === 0 ? html`<p class="soft">Nothing runs yet. Open JupyterLab: its launcher lists the datalabs you can start.</p>` : table(owner, sessions, xsrf)}
<p class="actions"><a class="button" href="/hub/spawn/${encodeURIComponent(owner)}">${open ? 'Open JupyterLab' : 'Start JupyterLab'}</a></p>
${links.length > 0 && html`<p class="links">${links.map(({ href, label }) => html`<a href="${href}">${label}</a>`)}</p>`}
</section>`;
}

/** Which volumes were chosen for it; nothing where it has all. */
function chosen({ userOptions: { volumes } }: SessionView): Html | '' {
  return volumes ? html` <span class="soft">Volumes chosen: ${volumes.join(', ') || 'none'}</span>` : '';
}

function table(owner: string, sessions: SessionView[], xsrf: string): Html {
  const rows = sessions.map(
    session => html`<tr>
<td>${link(owner, session)}</td>
<td>${STATES[session.state]}${session.state === 'ready' && session.kind === 'desktop' ? html` <span class="soft">Opens as a panel in JupyterLab</span>` : ''}${session.failure ? html` <span class="soft">${session.failure.message}</span>` : session.without ? html` <span class="soft">Started without ${session.without.map(({ title }) => title).join(', ')}, whose storage did not answer</span>` : ''}${chosen(session)}</td>
<td><form method="post" action="/hub/stop">
<input type="hidden" name="_xsrf" value="${xsrf}"><input type="hidden" name="owner" value="${owner}"><input type="hidden" name="server" value="${session.name}">
<button class="plain" aria-label="${session.failure ? 'Dismiss' : 'Stop'} ${session.title}">${session.failure ? 'Dismiss' : 'Stop'}</button></form></td>
</tr>`
  );
  return html`<table><thead><tr><th scope="col">Session</th><th scope="col">State</th><th scope="col"><span class="heard">Action</span></th></tr></thead><tbody>${rows}</tbody></table>`;
}

function link(owner: string, session: SessionView): Html {
  // By default a session is called like its datalab: said once is enough.
  const named = session.name && session.name.toLowerCase() !== session.title.toLowerCase();
  const label = named ? html`${session.title} <span class="soft">${session.name}</span>` : html`${session.title}`;
  if (session.state === 'ready' && session.kind !== 'desktop') {
    return html`<a href="${session.url}">${label}</a>`;
  }
  return session.state === 'starting' ? html`<a href="${pendingPage(owner, session.name)}">${label}</a>` : label;
}

/** The page of a start. Its script fills in the steps. */
export function pendingBody(options: { owner: string; name: string; title: string; progress: string; next: string; xsrf: string; retry: string; now: number }): Html {
  const steps: [string, string][] = [
    ['queued', 'Start requested'], ['placing', 'Finding a place to run'], ['mounting', 'Connecting files and archive volumes'],
    ['starting', 'Starting the program'], ['listening', 'Waiting for its first answer'], ['ready', 'Ready']
  ];
  return html`<section class="card" id="start" data-progress="${options.progress}" data-next="${options.next}" data-now="${String(options.now)}" data-failed="${options.title} did not start">
<h1 id="title" tabindex="-1">Starting ${options.title}</h1>
<p id="status" role="status" aria-live="polite" class="soft">Start requested</p>
<div id="failure" role="alert" hidden>
<p id="reason"></p><p id="action" class="next"></p>
<details id="details" hidden><summary>Last lines of its log</summary><pre id="log" tabindex="0"></pre></details>
<p class="actions"><a class="button" href="${options.retry}">Try again</a><a id="files" class="button plain" href="/hub/home-files" hidden>Files in your home</a><a id="safe" class="button plain" href="${options.retry}${options.retry.includes('?') ? '&' : '?'}safe=1" hidden>Safe start</a><a class="button plain" href="/hub/home">Your sessions</a></p>
</div>
<ol class="steps" aria-label="Steps of the start">${steps.map(([step, label]) => html`<li data-step="${step}"><span>${label}</span><span class="time"></span></li>`)}</ol>
<form id="cancel" method="post" action="/hub/stop" class="actions">
<input type="hidden" name="_xsrf" value="${options.xsrf}"><input type="hidden" name="owner" value="${options.owner}"><input type="hidden" name="server" value="${options.name}">
<button class="plain">Cancel</button></form>
<noscript><p>Without JavaScript this page does not move on by itself: reload it in a few seconds.</p></noscript>
</section>`;
}
