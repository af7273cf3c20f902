import type { Response } from 'express';

/** Text that is already HTML. Everything else put into a template is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | null | undefined | false | readonly Html[];

export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((text, index) => text + (index < parts.length ? render(parts[index]) : '')).join(''));
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) {
    return '';
  }
  if (part instanceof Html) {
    return part.text;
  }
  if (Array.isArray(part)) {
    return part.map(render).join('');
  }
  return String(part).replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`);
}

/** Nothing inline, nothing foreign, no framing: a session's page shares this origin and must not get hold of the hub's pages. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store'
};

export function sendPage(
  response: Response,
  page: { status?: number; title: string; body: Html; script?: string; user?: string | null }
): void {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · Datalabs</title>
<link rel="icon" href="/hub/logo" type="image/svg+xml">
<link rel="stylesheet" href="/hub/static/hub.css">
${page.script ? html`<script src="/hub/static/${page.script}" defer></script>` : ''}
</head>
<body>
<header>
<a class="brand" href="/hub/home"><img src="/hub/logo" alt="" width="28" height="28"><span>Datalabs</span></a>
${page.user ? html`<nav aria-label="Account"><span class="who">${page.user}</span><a href="/hub/logout">Log out</a></nav>` : ''}
</header>
<main>
${page.body}
</main>
</body>
</html>
`;
  response.status(page.status ?? 200).set(HEADERS).type('html').send(document.text);
}

/** A page that says what happened and what to do. */
export function sendMessage(
  response: Response,
  message: { status: number; title: string; text: string; action?: string; log?: string[]; user?: string | null; link?: { href: string; label: string } }
): void {
  sendPage(response, {
    status: message.status,
    title: message.title,
    user: message.user ?? null,
    body: html`<section class="card">
<h1>${message.title}</h1>
<p>${message.text}</p>
${message.action ? html`<p class="next">${message.action}</p>` : ''}
${message.log?.length ? html`<details><summary>Last lines of its log</summary><pre>${message.log.join('\n')}</pre></details>` : ''}
${message.link ? html`<p class="actions"><a class="button" href="${message.link.href}">${message.link.label}</a></p>` : ''}
</section>`
  });
}
