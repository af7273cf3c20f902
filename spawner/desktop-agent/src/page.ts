const escape = (text: string) =>
  text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);

/** What a browser sees that opens a desktop's own address. */
export function page(title: string, refusal: string | null): string {
  const name = escape(title);
  const text = refusal === null
    ? `${name} is running. Open it from the launcher of JupyterLab, where it is a panel beside your notebooks.`
    : escape(refusal);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}</title>
<style>
:root { color-scheme: light dark; }
body { font: 14px/1.5 system-ui, sans-serif; margin: 20vh auto 0; max-width: 32em; padding: 0 16px; }
h1 { font-size: 18px; font-weight: 600; }
</style>
</head>
<body><main><h1>${name}</h1><p>${text}</p></main></body>
</html>
`;
}
