import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler, type Response } from 'express';
import { DomainError } from './domain/errors.js';
import { adminRoutes } from './http/api/admin.js';
import { catalogueRoutes } from './http/api/catalogue.js';
import { groupRoutes } from './http/api/groups.js';
import { homeRoutes } from './http/api/homes.js';
import { JUPYTERHUB_VERSION, hubRoutes } from './http/api/hub.js';
import { lifetimeRoutes } from './http/api/lifetime.js';
import { sessionVolumeRoutes } from './http/api/session-volumes.js';
import { oauthRoutes } from './http/api/oauth.js';
import { quotaRoutes } from './http/api/quotas.js';
import { resolveBody, resolveRoutes } from './http/api/resolve.js';
import { serviceRoutes } from './http/api/services.js';
import { sessionRoutes } from './http/api/sessions.js';
import { shareRoutes } from './http/api/shares.js';
import { tokenRoutes } from './http/api/tokens.js';
import { userRoutes } from './http/api/users.js';
import { volumeRoutes } from './http/api/volumes.js';
import { warmRoutes } from './http/api/warm.js';
import type { Context } from './http/context.js';
import { sessionOf } from './http/doors.js';
import { stoppedSession } from './http/fallback.js';
import { LOGO, PENDING_SCRIPT, STYLE } from './http/pages/assets.js';
import { metricsRoutes } from './http/metrics.js';
import { homeFilesPages } from './http/pages/home-files.js';
import { loginPages } from './http/pages/login.js';
import { sharePages } from './http/pages/share.js';
import { notFound, spawnPages } from './http/pages/spawn.js';
import { sendMessage } from './http/pages/template.js';
import { sendProblem, toDomainError, toProblemOf } from './http/problems.js';
import { redactUrl } from './telemetry/logger.js';

/** Bytes of a request's body. */
const BODY_LIMIT = 64 * 1024;
const USERS_LIMIT = 512 * 1024;

/** The hub's HTTP application, not listening. */
export function createApp(context: Context): Express {
  const app = express();
  app.disable('x-powered-by');
  // Only the proxy reaches the hub's own socket; a session at its door can only misname itself.
  app.set('trust proxy', true);
  app.use(common(context));

  const hub = express.Router();
  metricsRoutes(context, app, hub);
  hub.get('/health', (_request, response) => void response.json({ status: 'ok' }));
  hub.get('/logo', (_request, response) => file(response, 'image/svg+xml', LOGO));
  hub.get('/static/hub.css', (_request, response) => file(response, 'text/css', STYLE));
  hub.get('/static/pending.js', (_request, response) => file(response, 'text/javascript', PENDING_SCRIPT));
  // A page, although its address is below the API's: before the API's own parsers and problems.
  const pages = express.Router();
  pages.use(express.urlencoded({ extended: false, limit: BODY_LIMIT }));
  loginPages(context, pages);
  sharePages(context, pages);
  homeFilesPages(context, pages);
  spawnPages(context, pages);

  const api = express.Router();
  // JupyterHub takes JSON whatever the request calls it, and some of its clients rely on that.
  // A list of new users is longer than anything else, and may be.
  api.post('/users', express.json({ type: () => true, limit: USERS_LIMIT }));
  api.post('/resolve', resolveBody(context));
  api.use('/oauth2', express.urlencoded({ extended: false, limit: BODY_LIMIT }));
  api.use(express.json({ type: request => !request.url?.startsWith('/oauth2/'), limit: BODY_LIMIT }));
  hubRoutes(context, api);
  userRoutes(context, api);
  groupRoutes(context, api);
  quotaRoutes(context, api);
  homeRoutes(context, api);
  serviceRoutes(context, api);
  shareRoutes(context, api);
  tokenRoutes(context, api);
  sessionRoutes(context, api);
  lifetimeRoutes(context, api);
  sessionVolumeRoutes(context, api);
  catalogueRoutes(context, api);
  volumeRoutes(context, api);
  resolveRoutes(context, api);
  warmRoutes(context, api);
  oauthRoutes(context, api);
  adminRoutes(context, api);
  api.use(() => {
    throw new DomainError('not-found', 'There is no such API resource.');
  });
  api.use(apiErrors(context));

  hub.get('/api/oauth2/authorize', pages);
  hub.post('/api/oauth2/authorize', pages);
  hub.use('/api', api);
  hub.use(pages);

  app.use('/hub', hub);
  app.use('/user/:owner', async (request, response) => {
    request.url = request.originalUrl;
    await stoppedSession(context, request, response);
  });
  app.get('/', (request, response) => response.redirect(302, `/hub/${new URL(request.originalUrl, 'http://hub.invalid').search}`));
  app.use(() => {
    throw notFound();
  });
  app.use(pageErrors(context));
  return app;
}

function common(context: Context): RequestHandler {
  return (request, response, next) => {
    const begun = context.clock.now();
    response.set({ 'X-JupyterHub-Version': JUPYTERHUB_VERSION, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'same-origin' });
    response.once('close', () => {
      context.logger.debug(
        { method: request.method, ...(sessionOf(request) && { caller: sessionOf(request)?.name }), url: redactUrl(request.originalUrl), status: response.statusCode, ms: context.clock.now() - begun },
        'request'
      );
    });
    next();
  };
}

function file(response: Response, type: string, text: string): void {
  response.set('Cache-Control', 'max-age=300').type(type).send(text);
}

/** Logs what is the hub's own fault; the rest is the client's to hear about. */
function report(context: Context, error: DomainError, url: string): void {
  if (error.code === 'internal') {
    context.logger.error({ err: error.details.cause ?? error, url: redactUrl(url) }, error.message);
  }
}

function errors(context: Context, send: (error: DomainError, request: Request, response: Response) => void): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    const error = toDomainError(thrown);
    report(context, error, request.originalUrl);
    if (response.headersSent) {
      next(thrown);
      return;
    }
    send(error, request, response);
  };
}

function apiErrors(context: Context): ErrorRequestHandler {
  return errors(context, (error, _request, response) => sendProblem(response, toProblemOf(error)));
}

function pageErrors(context: Context): ErrorRequestHandler {
  return errors(context, (error, request, response) => {
    const problem = toProblemOf(error);
    if (request.accepts(['html', 'json']) === 'json') {
      sendProblem(response, problem);
      return;
    }
    const login = error.code === 'login-token-invalid';
    sendMessage(response, {
      status: problem.status, title: problem.title, text: problem.detail, action: problem.action, log: problem.log,
      ...(login ? {} : { link: { href: '/hub/home', label: 'Your sessions' } })
    });
  });
}
