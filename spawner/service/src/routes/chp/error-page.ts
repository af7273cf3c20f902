/** Shown by the proxy itself when what is behind it does not answer. Reloads by itself when it does again. */
export const ERROR_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Not reachable</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 14px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1rem; }
  h1 { font-size: 20px; font-weight: 500; }
  code { font-size: 13px; }
</style>
</head>
<body>
<main>
<h1 id="title">The hub is not running; your sessions go on</h1>
<p id="text">Nothing is lost. Start the hub again with <code>npm start</code> in its folder; this page then continues by itself.</p>
</main>
<script>
  if (location.pathname.startsWith('/user/')) {
    document.title = 'This session does not answer';
    document.getElementById('title').textContent = 'This session does not answer';
    document.getElementById('text').textContent =
      'It may have just ended or be too busy. This page tries again by itself; the Running sidebar of JupyterLab shows its state.';
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
