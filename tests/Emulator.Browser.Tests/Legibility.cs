using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Emulator.Browser.Tests;

/// <summary>Whether words on a page stand out from what they are written on: WCAG 2.2, success criterion 1.4.3.</summary>
internal static class Legibility
{
    /// <summary>Finds, for every word in sight, what was painted under it, and computes the ratio of their luminances.</summary>
    private const string Measure = """
        () => {
          const parse = text => (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
          const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a)); };
          const light = colour => { const [r, g, b] = colour.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
          const fills = element => {
            const style = getComputedStyle(element);
            if (element instanceof SVGElement) {
              if (!['rect', 'path'].includes(element.tagName)) return null;
              if (style.fill.startsWith('url')) {
                const pattern = document.querySelector(style.fill.match(/#[\w-]+/)[0]), ground = parse(getComputedStyle(pattern.querySelector('rect')).fill);
                const line = getComputedStyle(pattern.querySelector('line')), stripe = parse(line.stroke);
                stripe[3] = Number(line.opacity);
                return [ground, over(stripe, ground)];
              }
              return style.fill === 'none' ? null : [parse(style.fill)];
            }
            const colour = parse(style.backgroundColor);
            return colour[3] === 0 ? null : [colour];
          };
          const opacity = element => { let product = 1; for (let at = element; at instanceof Element; at = at.parentElement) product *= Number(getComputedStyle(at).opacity); return product; };
          const words = [...document.querySelectorAll('body *')].filter(element => !['SCRIPT', 'STYLE', 'NOSCRIPT', 'title', 'desc'].includes(element.tagName) && element.checkVisibility({ visibilityProperty: true })
            && [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim() !== ''));
          const results = [];
          for (const element of words) {
            element.scrollIntoView({ block: 'center', inline: 'center' });
            const box = element.getBoundingClientRect(), style = getComputedStyle(element);
            if (box.width === 0) continue;
            const under = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            let grounds = null;
            for (const each of under) if (each !== element && !element.contains(each)) { grounds = fills(each); if (grounds) break; }
            grounds ??= fills(element) ?? fills(document.body) ?? [[255, 255, 255]];
            const own = element instanceof SVGElement ? null : fills(element);
            if (own) grounds = own;
            const ink = parse(element instanceof SVGElement ? style.fill : style.color);
            ink[3] = (ink[3] ?? 1) * opacity(element);
            const size = parseFloat(style.fontSize) * (element instanceof SVGElement ? element.ownerSVGElement.getScreenCTM().a : 1);
            const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
            grounds.forEach((ground, i) => results.push({ words: element.textContent.trim(), ratio: ratio(over(ink, ground), ground), least: large || i > 0 ? 3 : 4.5, ink: style.color, size }));
          }
          return JSON.stringify(results);
        }
        """;

    /// <summary>Holds that every word can be read; between the stripes of a hatched ground as if they were not there.</summary>
    /// <returns>How many were looked at.</returns>
    public static async Task<int> HoldsAsync(IPage page)
    {
        JsonElement[] measured = [.. JsonDocument.Parse(await page.EvaluateAsync<string>(Measure)).RootElement.EnumerateArray()];

        Assert.All(measured, word => Assert.True(word.GetProperty("ratio").GetDouble() >= word.GetProperty("least").GetDouble(),
            $"\"{word.GetProperty("words").GetString()}\" has a contrast of {word.GetProperty("ratio").GetDouble():0.00}, not {word.GetProperty("least").GetDouble()}"));
        return measured.Length;
    }
}
