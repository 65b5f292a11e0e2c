using System.Numerics;
using System.Text;
using Emulator.Core.Execution.FloatingPoint;
using Xunit;

namespace Emulator.Core.Tests.Execution.FloatingPoint;

/// <summary>All five directions and both kinds of tininess, which no processor at hand has all of, against exact fractions.</summary>
public class ExactModelTests
{
    private static readonly TestFormat[] Formats = [TestFormat.Binary32, TestFormat.Binary64, TestFormat.Binary128];

    public static TheoryData<string, string> Rows => new(
        from format in Formats
        from operation in (string[])["add", "subtract", "multiply", "divide", "root", "multiply-add"]
        select (format.Name, operation));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Results_and_flags_are_those_of_the_definition(string formatName, string operation)
    {
        TestFormat format = Formats.Single(candidate => candidate.Name == formatName);
        Random random = Operands.RandomOf(formatName + operation);
        Operands operands = new(random);
        StringBuilder wrong = new();
        int count = 0;
        // Fractions of 32,768 bits take their time.
        int cases = format.ExponentBits == 15 ? Operands.Cases / 4 : Operands.Cases;
        for (int i = 0; i < cases; i++)
        {
            (UInt128 a, UInt128 b, UInt128 c) = (Finite(), Finite(), Finite());
            if (operation == "root")
                a &= (UInt128.One << (format.Precision + format.ExponentBits - 1)) - 1;
            FloatStatus status = new()
            {
                Rounding = (FloatRounding)random.Next(5),
                Modes = random.Next(2) == 0 ? FloatModes.None : FloatModes.TininessAfterRounding,
            };
            if (Expected(format, operation, a, b, c, in status) is not var (wanted, wantedFlags))
                continue;

            UInt128 result = Ours(format, operation, a, b, c, ref status);

            if (result == wanted && (status.Flags & FloatFlags.Ieee) == wantedFlags)
                continue;
            if (count++ < 6)
                wrong.AppendLine($"{format.Print(a)} {format.Print(b)} {format.Print(c)} {status.Rounding} {status.Modes}: {format.Print(result)} {status.Flags}; {format.Print(wanted)} {wantedFlags}");
        }
        Assert.True(count == 0, $"{count} of {cases}\n{wrong}");

        UInt128 Finite()
        {
            UInt128 bits, infinity = ((UInt128.One << format.ExponentBits) - 1) << (format.Precision - 1);
            do
                bits = operands.Next(format);
            while ((bits & infinity) == infinity || (bits & ((UInt128.One << (format.Precision + format.ExponentBits - 1)) - 1)) == 0);
            return bits;
        }
    }

    /// <summary>The result of the definition; none for an exact zero, whose sign other tests look at.</summary>
    private static (UInt128, FloatFlags)? Expected(TestFormat format, string operation, UInt128 a, UInt128 b, UInt128 c, in FloatStatus status)
    {
        BigInteger x = ExactModel.Fixed(format, a), y = ExactModel.Fixed(format, b), z = ExactModel.Fixed(format, c);
        // Numbers are counted in units of the least denormal one: 1 / one of them.
        BigInteger one = BigInteger.One << -ExactModel.UnitExponent(format);
        (BigInteger numerator, BigInteger denominator) = operation switch
        {
            "add" => (x + y, one),
            "subtract" => (x - y, one),
            "multiply" => (x * y, one * one),
            "multiply-add" => (x * y + z * one, one * one),
            "divide" => (y.Sign < 0 ? -x : x, BigInteger.Abs(y)),
            _ => (x, one),
        };
        bool more = false;
        if (operation == "root")
        {
            // The root of x × one, with some bits more than the format has, over one.
            int shift = 2 * (format.Precision + 8);
            BigInteger square = x * one << shift, root = Root(square);
            more = root * root != square;
            (numerator, denominator) = (root, one << shift / 2);
        }
        return numerator.IsZero ? null : ExactModel.Round(format, numerator, denominator, more, status.Rounding, (status.Modes & FloatModes.TininessAfterRounding) != 0);
    }

    private static BigInteger Root(BigInteger square)
    {
        BigInteger root = BigInteger.One << (int)((square.GetBitLength() + 1) / 2), better;
        while ((better = (root + square / root) >> 1) < root)
            root = better;
        return root;
    }

    private static UInt128 Ours(TestFormat format, string operation, UInt128 a, UInt128 b, UInt128 c, ref FloatStatus status) => (format.Precision, operation) switch
    {
        (24, "add") => Binary32.Add((uint)a, (uint)b, ref status),
        (24, "subtract") => Binary32.Subtract((uint)a, (uint)b, ref status),
        (24, "multiply") => Binary32.Multiply((uint)a, (uint)b, ref status),
        (24, "divide") => Binary32.Divide((uint)a, (uint)b, ref status),
        (24, "root") => Binary32.SquareRoot((uint)a, ref status),
        (24, _) => Binary32.MultiplyAdd((uint)a, (uint)b, (uint)c, ref status),
        (53, "add") => Binary64.Add((ulong)a, (ulong)b, ref status),
        (53, "subtract") => Binary64.Subtract((ulong)a, (ulong)b, ref status),
        (53, "multiply") => Binary64.Multiply((ulong)a, (ulong)b, ref status),
        (53, "divide") => Binary64.Divide((ulong)a, (ulong)b, ref status),
        (53, "root") => Binary64.SquareRoot((ulong)a, ref status),
        (53, _) => Binary64.MultiplyAdd((ulong)a, (ulong)b, (ulong)c, ref status),
        (_, "add") => Binary128.Add(a, b, ref status),
        (_, "subtract") => Binary128.Subtract(a, b, ref status),
        (_, "multiply") => Binary128.Multiply(a, b, ref status),
        (_, "divide") => Binary128.Divide(a, b, ref status),
        (_, "root") => Binary128.SquareRoot(a, ref status),
        (_, _) => Binary128.MultiplyAdd(a, b, c, ref status),
    };
}
