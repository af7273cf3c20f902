/**
 * Shown by the proxy itself when what is behind it does not answer. Reloads by itself when it does again. It looks like
 * the hub's own pages and is all in one file: the hub is not there to give it a stylesheet.
 */
export const ERROR_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The hub is not running · Datalabs</title>
<style>
  :root { --ground: #f6f8fb; --card: #fff; --ink: #1b2430; --soft: #566273; --line: #d8dee8; --accent: #2058c0; --accent-strong: #17439a; --on-accent: #fff; }
  @media (prefers-color-scheme: dark) {
    :root { --ground: #12161c; --card: #1b2129; --ink: #e9eef5; --soft: #a3afbf; --line: #333d4a; --accent: #8fb8ff; --accent-strong: #b7d1ff; --on-accent: #0d1b33; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
  header { display: flex; align-items: center; gap: .6rem; padding: .75rem 1.25rem; border-bottom: 1px solid var(--line); background: var(--card); font-weight: 600; }
  main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
  section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1.5rem 1.75rem; overflow-wrap: anywhere; }
  h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; }
  p { margin: .5rem 0; }
  .soft { color: var(--soft); }
  .actions { margin-top: 1.25rem; }
  a { display: inline-block; padding: .5rem 1.1rem; border-radius: 6px; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
  a:hover { background: var(--accent-strong); }
  a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  [hidden] { display: none; }
</style>
</head>
<body>
<header>
<svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
<ellipse cx="16" cy="16" rx="14" ry="5.5" fill="none" stroke="#7b8ea8" stroke-width="2" transform="rotate(-24 16 16)"/>
<path d="M9.5 11v10c0 1.9 2.9 3.4 6.5 3.4s6.5-1.5 6.5-3.4V11" fill="#2f6fde"/>
<ellipse cx="16" cy="11" rx="6.5" ry="3.2" fill="#8fb8ff"/>
<path d="M9.5 16c0 1.9 2.9 3.4 6.5 3.4s6.5-1.5 6.5-3.4" fill="none" stroke="#8fb8ff" stroke-width="1.4"/>
<circle cx="28" cy="9.6" r="2.4" fill="#f0a43a"/>
</svg>
<span>Datalabs</span>
</header>
<main>
<section id="hub">
<h1>The hub is not running; your sessions go on</h1>
<p>Nothing is lost. Start the hub again with <code>npm start</code> in its folder.</p>
<p class="soft" role="status">This page tries again every two seconds and then continues by itself.</p>
</section>
<section id="session" hidden>
<h1>This session does not answer</h1>
<p>It may have just ended, or be too busy.</p>
<p class="soft" role="status">This page tries again every two seconds and then continues by itself.</p>
<p class="actions"><a href="/hub/home">Your sessions</a></p>
</section>
</main>
<script>
  if (location.pathname.startsWith('/user/')) {
    document.title = 'This session does not answer · Datalabs';
    document.getElementById('hub').hidden = true;
    document.getElementById('session').hidden = false;
  }
  const again = () =>
    fetch(location.href, { method: 'HEAD', cache: 'no-store' })
      .then(answer => (answer.status === 503 ? setTimeout(again, 2000) : location.reload()))
      .catch(() => setTimeout(again, 2000));
  setTimeout(again, 2000);
</script>
</body>
</html>
`;
