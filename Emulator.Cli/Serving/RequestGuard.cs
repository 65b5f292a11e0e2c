using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Emulator.Cli.Serving;

/// <summary>
/// Lets requests in that come from the server's own pages, from an address typed or a link followed, and from programs; keeps out
/// pages of other sites, also those that pretend by DNS to be this one.
/// </summary>
/// <param name="address">The address that the server listens on.</param>
internal sealed class RequestGuard(IPAddress address)
{
    private static readonly string[] Own = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Why a request is refused, and its status; null when it is not.</summary>
    public (int Status, string Reason)? Refusal(HttpRequest request)
    {
        // A page of another site can have its own name resolve to this machine, but cannot help sending that name.
        if (!IsOwn(request.Host.Host))
            return (StatusCodes.Status403Forbidden, $"this server answers to {Names}, found Host: {Printable(request.Host.Value)}");
        if (request.Headers.Origin is [{ } origin, ..] && origin != $"{request.Scheme}://{request.Host.Value}")
            return (StatusCodes.Status403Forbidden, $"this server answers its own pages, found Origin: {Printable(origin)}");
        // Fetch Metadata, W3C: browsers say where a request comes from. A link from elsewhere may be followed to the front page, and no more.
        string? site = request.Headers["Sec-Fetch-Site"], mode = request.Headers["Sec-Fetch-Mode"], into = request.Headers["Sec-Fetch-Dest"];
        bool follows = mode == "navigate" && into == "document" && request.Path == "/" && HttpMethods.IsGet(request.Method);
        if (site is "cross-site" or "same-site" && !follows)
            return (StatusCodes.Status403Forbidden, "this server answers its own pages, and links to its front page");
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return (StatusCodes.Status405MethodNotAllowed, "this server answers GET and HEAD; nothing in it can be changed from outside");
        return null;
    }

    /// <summary>Headers that every answer has.</summary>
    /// <param name="headers">Where they go.</param>
    /// <param name="isReport">Whether it is a page that the command line writes too: it has its script and style inside, and may be framed by the front page.</param>
    public static void Protect(IHeaderDictionary headers, bool isReport)
    {
        headers[HeaderNames.ContentSecurityPolicy] = isReport
            ? "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
            : "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers[HeaderNames.CacheControl] = "no-store";
    }

    private string Names => IPAddress.IsLoopback(address) ? Words.Or(Own) : IsAny ? "localhost and its addresses" : $"{Words.Or(Own)} or {Bracketed(address)}";

    private bool IsAny => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private bool IsOwn(string host)
    {
        if (Own.Contains(host, StringComparer.OrdinalIgnoreCase))
            return true;
        // An address typed as a number leads nowhere else than to it; a name does.
        return IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? typed) && (typed.Equals(address) || IsAny);
    }

    /// <summary>An address as it stands in a URL.</summary>
    public static string Bracketed(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";

    private static string Printable(string? text) => text is { Length: > 0 } ? new string([.. text.Take(80).Select(letter => char.IsControl(letter) ? '?' : letter)]) : "none";
}
