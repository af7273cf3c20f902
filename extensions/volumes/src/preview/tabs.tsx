import * as React from 'react';

export interface ITab {
  key: string;
  label: React.ReactNode;
  title?: string;
}

const keyOf = (id: string, key: string): string => `${id}-tab-${key}`;

/** Tabs after the ARIA pattern: one stop of the Tab key, arrows choose. */
export function TabList(props: {
  id: string;
  label: string;
  tabs: readonly ITab[];
  selected: string;
  onSelect: (key: string) => void;
  vertical?: boolean;
}): JSX.Element {
  const { id, tabs, selected } = props;
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const at = tabs.findIndex(({ key }) => key === selected);
    // Both pairs of arrows: a narrow panel lays a vertical list flat.
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
    const tab = tabs[steps[event.key] ?? -1];
    if (tab) {
      event.preventDefault();
      event.stopPropagation();
      props.onSelect(tab.key);
      document.getElementById(keyOf(id, tab.key))?.focus();
    }
  };
  return (
    <div
      className={`jp-DatalabsTabs${props.vertical ? ' jp-mod-vertical' : ''}`}
      role="tablist"
      aria-label={props.label}
      aria-orientation={props.vertical ? 'vertical' : 'horizontal'}
      onKeyDown={onKeyDown}
    >
      {tabs.map(({ key, label, title }) => (
        <button
          key={key}
          id={keyOf(id, key)}
          type="button"
          role="tab"
          className="jp-DatalabsTabs-tab"
          aria-selected={key === selected}
          aria-controls={`${id}-panel`}
          tabIndex={key === selected ? 0 : -1}
          title={title}
          onClick={() => props.onSelect(key)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

export function TabPanel(props: { id: string; tab: string; className: string; children: React.ReactNode }): JSX.Element {
  return (
    <div id={`${props.id}-panel`} role="tabpanel" aria-labelledby={keyOf(props.id, props.tab)} className={props.className}>
      {props.children}
    </div>
  );
}
