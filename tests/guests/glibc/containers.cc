// The C++ library at work: containers ROUNDS SEED. Maps, strings, sorting, streams, shared pointers, exceptions; one line that says the same on every machine.

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

std::uint32_t seed = 1;

std::uint32_t next()
{
    seed = seed * 1664525 + 1013904223;
    return seed >> 8;
}

std::string word() { return "w" + std::to_string(next() % 700); }

std::uint32_t counted()
{
    std::map<std::string, int> sorted;
    std::unordered_map<std::string, int> hashed;
    for (int i = 0; i < 1500; i++) {
        std::string const one = word();
        sorted[one]++;
        hashed[one] += 2;
    }
    std::uint32_t sum = 0;
    for (auto const &[name, count] : sorted)
        sum = sum * 31 + static_cast<std::uint32_t>(count + hashed.at(name)) + static_cast<std::uint32_t>(name.size());
    return sum;
}

std::uint32_t streamed()
{
    std::ostringstream out;
    for (int i = 0; i < 200; i++)
        out << next() % 1000 << ' ' << (next() % 64) / 8.0 << ' ' << std::hex << next() << std::dec << '\n';
    std::istringstream in(out.str());
    std::uint32_t sum = 0;
    int whole;
    double part;
    for (std::string rest; in >> whole >> part >> rest;)
        sum = sum * 7 + static_cast<std::uint32_t>(whole + part * 8) + static_cast<std::uint32_t>(std::stoul(rest, nullptr, 16));
    return sum;
}

std::uint32_t ordered()
{
    std::vector<std::shared_ptr<std::string>> words;
    std::generate_n(std::back_inserter(words), 600, [] { return std::make_shared<std::string>(word()); });
    std::deque<std::shared_ptr<std::string>> copy(words.rbegin(), words.rend());
    std::stable_sort(words.begin(), words.end(), [](auto const &a, auto const &b) { return *a < *b; });
    std::sort(copy.begin(), copy.end(), [](auto const &a, auto const &b) { return a->size() != b->size() ? a->size() > b->size() : *a > *b; });
    return std::accumulate(words.begin(), words.end(), std::uint32_t{}, [](std::uint32_t sum, auto const &one) { return sum * 5 + static_cast<std::uint32_t>(one->back()); }) +
        static_cast<std::uint32_t>(copy.front()->size()) * static_cast<std::uint32_t>(copy[17].use_count());
}

int fails(int depth)
{
    std::string const here = "depth " + std::to_string(depth);
    if (depth == 0)
        throw std::runtime_error(here);
    return fails(depth - 1) + static_cast<int>(here.size());
}

std::uint32_t caught()
{
    std::uint32_t sum = 0;
    for (int i = 0; i < 30; i++)
        try {
            fails(static_cast<int>(next() % 12));
        } catch (std::exception const &error) {
            sum += static_cast<std::uint32_t>(std::string(error.what()).size());
        }
    return sum;
}

}

int main(int argc, char **argv)
{
    int const rounds = argc > 1 && std::isdigit(static_cast<unsigned char>(*argv[1])) ? std::atoi(argv[1]) : 2;
    seed = argc > 2 ? static_cast<std::uint32_t>(std::atoi(argv[2])) : 1;
    std::uint32_t sum = 0;
    for (int i = 0; i < rounds; i++)
        for (auto part : {counted, streamed, ordered, caught})
            sum = sum * 13 + part();
    std::cout << "containers " << std::hex << sum << std::endl;
    return 0;
}
