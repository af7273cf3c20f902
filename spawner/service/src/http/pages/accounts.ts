import type { Request, Response, Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { ROLES } from '../../domain/roles.js';
import type { AccountsService, InvitationView } from '../../services/identity/login/types.js';
import type { Principal } from '../../services/identity/types.js';
import { publicOrigin, refreshXsrf, safeNext, setLogin } from '../auth.js';
import type { Context } from '../context.js';
import { documentsOnly, page } from './access.js';
import { addressOf, adminsOnly, checkForm, field, formOf, formToken, mistake } from './forms.js';
import { html, sendMessage, sendPage, type Html } from './template.js';

/** Login with a password, and everything about passwords. */
export function accountPages(context: Context, router: Router, accounts: AccountsService): void {
  const address = (request: Request): string => addressOf(request, context.config.login?.kind === 'accounts' ? context.config.login.proxies : 0);

  router.post('/login', async (request, response) => {
    const next = safeNext(field(request, 'next'), '/hub/');
    const user = field(request, 'username').trim();
    try {
      checkForm(context, request);
      setLogin(context, request, response, await accounts.login({ user, password: field(request, 'password'), address: address(request) }));
      response.redirect(303, next);
    } catch (thrown) {
      sendPasswordLogin(context, request, response, { next, user, ...mistake(response, thrown) });
    }
  });

  const token = (request: Request): string => (typeof request.query.token === 'string' ? request.query.token : '');
  router.get('/invitation', async (request, response) => {
    documentsOnly(request);
    sendInvitation(context, request, response, { token: token(request), invitation: await accounts.invitation(token(request)) });
  });
  router.post('/invitation', async (request, response) => {
    checkForm(context, request);
    const secret = field(request, 'token');
    const invitation = await accounts.invitation(secret);
    try {
      const login = await accounts.accept({ token: secret, password: repeated(request), address: address(request) });
      setLogin(context, request, response, login);
      response.set('Referrer-Policy', 'no-referrer').redirect(303, '/hub/');
    } catch (thrown) {
      sendInvitation(context, request, response, { token: secret, invitation, ...mistake(response, thrown) });
    }
  });

  router.get('/account', page(context, async (request, response, principal) => sendAccount(context, request, response, principal.name)));
  router.post('/account', formOf(context, async (request, response, principal) => {
    const user = principal.name;
    try {
      const login = await accounts.changePassword({ user, current: field(request, 'current'), password: repeated(request), address: address(request) });
      setLogin(context, request, response, login);
      sendMessage(response, {
        status: 200, user, title: 'Password changed', text: 'You are logged out in all other browsers. Your sessions go on running.', link: { href: '/hub/home', label: 'Your sessions' }
      });
    } catch (thrown) {
      sendAccount(context, request, response, user, mistake(response, thrown));
    }
  }));

  router.get('/accounts', page(context, adminsOnly(async (request, response, principal) => sendAccounts(context, request, response, { accounts, admin: principal.name }))));
  router.post('/accounts', formOf(context, adminsOnly(async (request, response, principal) => {
    const admin = principal.name;
    if (field(request, 'withdraw')) {
      await accounts.withdraw(field(request, 'withdraw'));
      response.redirect(303, '/hub/accounts');
      return;
    }
    try {
      const made = await accounts.invite({ user: field(request, 'user').trim(), role: field(request, 'role') || 'user', createdBy: admin });
      const link = `${publicOrigin(context, request)}/hub/invitation?token=${made.token}`;
      await sendAccounts(context, request, response, { accounts, admin, text: linkBody(made.invitation, link) });
    } catch (thrown) {
      await sendAccounts(context, request, response, { accounts, admin, ...mistake(response, thrown) });
    }
  })));
}

/** What somebody finds about accounts on the page of their sessions. */
export function accountLinks(context: Context, principal: Principal): { href: string; label: string }[] {
  if (!context.login?.accounts) {
    return [];
  }
  return [{ href: '/hub/account', label: 'Change password' }, ...(principal.admin ? [{ href: '/hub/accounts', label: 'Accounts' }] : [])];
}

export function sendPasswordLogin(context: Context, request: Request, response: Response, options: { next: string; user?: string; status?: number; text?: Html }): void {
  sendPage(response, {
    status: options.status,
    title: 'Log in',
    body: html`<section class="card narrow"><h1>Log in</h1>
${options.text}
<form method="post" action="/hub/login">
${formToken(context, request, response)}<input type="hidden" name="next" value="${options.next}">
<label for="username">User name</label>
<input id="username" name="username" value="${options.user}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="200">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1000">
<p class="actions"><button>Log in</button></p>
</form>
<p class="soft">No account, or the password forgotten? An admin of this hub can send you a link.</p></section>`
  });
}

function sendInvitation(
  context: Context, request: Request, response: Response, options: { token: string; invitation: InvitationView; status?: number; text?: Html }
): void {
  const { user, renews, createdBy } = options.invitation;
  sendPage(response, {
    status: options.status,
    title: renews ? 'New password' : 'Welcome',
    body: html`<section class="card narrow"><h1>${renews ? 'Choose a new password' : 'Welcome to Datalabs'}</h1>
<p>${renews ? html`This link is for the account <strong>${user}</strong>.` : html`${createdBy} invites you to this hub as <strong>${user}</strong>. Choose a password to log in with.`}</p>
${options.text}
<form method="post" action="/hub/invitation">
${formToken(context, request, response)}<input type="hidden" name="token" value="${options.token}">
<input type="hidden" name="username" value="${user}" autocomplete="username">
${newPassword()}
<p class="actions"><button>${renews ? 'Set password' : 'Create account'}</button></p>
</form></section>`
  });
}

function sendAccount(context: Context, request: Request, response: Response, user: string, options: { status?: number; text?: Html } = {}): void {
  sendPage(response, {
    status: options.status,
    title: 'Change password',
    user,
    body: html`<section class="card narrow"><h1>Change password</h1>
${options.text}
<form method="post" action="/hub/account">
<input type="hidden" name="_xsrf" value="${refreshXsrf(context, request, response)}">
<label for="current">Current password</label>
<input id="current" name="current" type="password" autocomplete="current-password" required maxlength="1000">
${newPassword()}
<p class="actions"><button>Change password</button><a class="button plain" href="/hub/home">Your sessions</a></p>
</form></section>`
  });
}

function newPassword(): Html {
  return html`<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="10" maxlength="1000" aria-describedby="rule">
<p id="rule" class="soft">At least 10 characters. A few words in a row are long and easy to remember.</p>
<label for="again">The same again</label>
<input id="again" name="again" type="password" autocomplete="new-password" required minlength="10" maxlength="1000">`;
}

async function sendAccounts(
  context: Context, request: Request, response: Response, options: { accounts: AccountsService; admin: string; status?: number; text?: Html }
): Promise<void> {
  const { accounts, invitations } = await options.accounts.list();
  const xsrf = html`<input type="hidden" name="_xsrf" value="${refreshXsrf(context, request, response)}">`;
  const open = invitations.map(({ user, role, expires, renews }) => html`<tr><td>${user}</td><td>${renews ? 'New password' : `Invited as ${role}`} <span class="soft">until ${date(expires)}</span></td>
<td><form method="post" action="/hub/accounts">${xsrf}<input type="hidden" name="withdraw" value="${user}"><button class="plain" aria-label="Withdraw the link of ${user}">Withdraw</button></form></td></tr>`);
  const invited = new Set(invitations.map(({ user }) => user));
  const rows = accounts.filter(({ user }) => !invited.has(user)).map(({ user, changed }) => html`<tr><td>${user}</td><td>Password set <span class="soft">on ${date(changed)}</span></td>
<td><form method="post" action="/hub/accounts">${xsrf}<input type="hidden" name="user" value="${user}"><button class="plain" aria-label="New password link for ${user}">New link</button></form></td></tr>`);
  sendPage(response, {
    status: options.status,
    title: 'Accounts',
    user: options.admin,
    body: html`<section class="card"><h1>Accounts</h1>
${options.text}
<form method="post" action="/hub/accounts" class="row">${xsrf}
<span><label for="user">User name</label><input id="user" name="user" required maxlength="63" autocomplete="off" autocapitalize="none" spellcheck="false"></span>
<span><label for="role">Role</label><select id="role" name="role">${ROLES.map(role => html`<option>${role}</option>`)}</select></span>
<button>Make a link</button></form>
${open.length + rows.length === 0
    ? html`<p class="soft">No accounts yet. Make a link for somebody and send it to them; they choose a password.</p>`
    : html`<table><thead><tr><th scope="col">User</th><th scope="col">State</th><th scope="col"><span class="heard">Action</span></th></tr></thead><tbody>${open}${rows}</tbody></table>`}
</section>`
  });
}

function linkBody({ user, expires }: InvitationView, link: string): Html {
  return html`<p role="status">Send this link to ${user}. It works once, until ${date(expires)}, and is shown only now:</p>
<p><input class="link" readonly value="${link}" aria-label="Link for ${user}"></p>`;
}

/** Both fields of a new password; different ones are no password. */
function repeated(request: Request): string {
  const password = field(request, 'password');
  if (password !== field(request, 'again')) {
    throw new DomainError('weak-password', 'The two new passwords are not the same.', { action: 'Type them again.' });
  }
  return password;
}

function date(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

