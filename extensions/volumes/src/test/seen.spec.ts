import { Widget } from '@lumino/widgets';
import { WhileSeen } from '../seen';

describe('WhileSeen', () => {
  let widget: Widget;
  let look: jest.Mock;
  const hidePage = (hidden: boolean): void => {
    jest.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
    document.dispatchEvent(new Event('visibilitychange'));
  };
  beforeEach(() => {
    jest.useFakeTimers();
    widget = new Widget();
    look = jest.fn();
    new WhileSeen(widget, look);
    Widget.attach(widget, document.body);
  });
  afterEach(() => {
    widget.dispose();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('looks every so often while the widget is seen, and at once when it is seen again', () => {
    expect(look).toHaveBeenCalledTimes(0);
    jest.advanceTimersByTime(60_000);
    expect(look).toHaveBeenCalledTimes(2);
    widget.hide();
    jest.advanceTimersByTime(60_000);
    expect(look).toHaveBeenCalledTimes(2);
    widget.show();
    expect(look).toHaveBeenCalledTimes(3);
    jest.advanceTimersByTime(30_000);
    expect(look).toHaveBeenCalledTimes(4);
  });

  it('does not look while the page lies behind another, and looks when it comes back', () => {
    hidePage(true);
    jest.advanceTimersByTime(60_000);
    expect(look).toHaveBeenCalledTimes(0);
    hidePage(false);
    expect(look).toHaveBeenCalledTimes(1);
  });

  it('ends with its widget', () => {
    widget.dispose();
    hidePage(false);
    jest.advanceTimersByTime(60_000);
    expect(look).toHaveBeenCalledTimes(0);
  });
});
